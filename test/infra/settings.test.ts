import { describe, expect, test } from "vitest";
import { readSettings, type Settings } from "../../infra/settings.ts";

const settings = (given: Record<string, unknown> = {}): Settings => readSettings((name) => given[name]);

test("without a word the production platform is asked", () => {
  expect(settings()).toMatchObject({ stage: "prod", upstreamBaseUrl: "https://api-mop.chinaums.com" });
});

test("the stage test asks the test platform, and a stage of any other name has the defaults", () => {
  expect(settings({ stage: "test" }).upstreamBaseUrl).toBe("https://test-api-open.chinaums.com");
  expect(settings({ stage: "staging-2" })).toEqual({ ...settings(), stage: "staging-2" });
});

test("any setting can be replaced as text, an object as JSON", () => {
  const domain = { name: "refunds.example.com", certificateArn: "arn:aws:acm:eu-west-1:1:certificate/x" };
  const given = { groups: "8", throttleRate: "5", openLadder: "30s*2 1h", domain: JSON.stringify(domain) };
  expect(settings(given)).toMatchObject({ groups: 8, throttleRate: 5, openLadder: "30s*2 1h", domain });
});

describe("a wrong setting is named before anything is made", () => {
  test.each([
    ["stage", "Prod"],
    ["stage", "a-name-that-is-too-long-for-it"],
    ["upstreamBaseUrl", "http://api-mop.chinaums.com"],
    ["upstreamBaseUrl", "http://localhost.example.com"],
    ["upstreamAuth", "none"],
    ["tokenVersion", "v3"],
    ["tokenHeader", "bare"],
    ["needDataTag", "yes"],
    ["openLadder", "1m, 5m"],
    ["openLadder", "1m*0"],
    ["notFoundLadder", "31d"],
    ["shards", "17"],
    ["groups", "0"],
    ["recheckConcurrency", "many"],
    ["logRetentionDays", "8"],
    ["alarmEmail", "nobody"],
    ["egress", "proxy"],
    ["queryTimeoutSeconds", "30"],
    ["domain", "refunds.example.com"],
    ["domain", '{"name":"refunds.example.com"}'],
  ])("%s = %s", (name, value) => {
    expect(() => settings({ [name]: value })).toThrow(new RegExp(`settings of stage [^]*${name}`));
  });
});

test("a ladder that cannot be read is told in the words of whoever reads it", () => {
  expect(() => settings({ openLadder: "1m 5x" })).toThrow(/not a step of a ladder: 5x/);
});

test("calls are signed by default, and can be authenticated by a token in any of its forms", () => {
  expect(settings()).toMatchObject({
    upstreamAuth: "body-sig",
    tokenVersion: "v1",
    tokenHeader: "quoted",
    needDataTag: false,
  });
  const given = { upstreamAuth: "access-token", tokenVersion: "v2", tokenHeader: "unquoted", needDataTag: "true" };
  expect(settings(given)).toMatchObject({ ...given, needDataTag: true });
  expect(settings({ needDataTag: true }).needDataTag).toBe(true);
});

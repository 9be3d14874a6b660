import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Settings } from "../../infra/settings.ts";
import { readSettings } from "../../infra/stage-settings.ts";

const folder = mkdtempSync(join(tmpdir(), "refund-status-settings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings = (given: Record<string, unknown> = {}): Settings => readSettings(given, folder);
const writeFile = (stage: string, content: string) => writeFileSync(join(folder, `${stage}.json`), content);

test("without a word the production platform is asked", () => {
  expect(settings()).toMatchObject({ stage: "prod", upstreamBaseUrl: "https://api-mop.chinaums.com" });
});

test("the stage test asks the test platform, and a stage of any other name has the defaults", () => {
  expect(readSettings({ stage: "test" }).upstreamBaseUrl).toBe("https://test-api-open.chinaums.com");
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
    ["ladders", '{"APPDEFAULT":"1m 5x"}'],
    ["ladders", '{"APP DEFAULT":"1m"}'],
    ["ladders", "1m"],
    ["expected", '{"APPDEFAULT":"1h 2h"}'],
    ["expected", '{"APPDEFAULT":"2h*3"}'],
    ["shards", "17"],
    ["groups", "0"],
    ["recheckConcurrency", "many"],
    ["logRetentionDays", "8"],
    ["alarmEmail", "nobody"],
    ["egress", "proxy"],
    ["queryTimeoutSeconds", "30"],
    ["domain", "refunds.example.com"],
    ["domain", '{"name":"refunds.example.com"}'],
    ["tableName", "a table"],
    ["addressAllocations", '["203.0.113.7"]'],
    ["addressAllocations", '["eipalloc-0123456789abcdef0"]'],
  ])("%s = %s", (name, value) => {
    expect(() => settings({ [name]: value })).toThrow(new RegExp(`settings of stage [^]*${name}`));
  });
});

test("a ladder that cannot be read is told in the words of whoever reads it", () => {
  expect(() => settings({ openLadder: "1m 5x" })).toThrow(/not a step of a ladder: 5x/);
});

test("a product may have a ladder of its own, and a wait that is expected", () => {
  expect(settings()).toMatchObject({ ladders: {}, expected: {} });
  const ladders = { QRPAYDEFAULT: "1m*9 1h", "systemId=APP-1": "2h*9" };
  const expected = { QRPAYDEFAULT: "12m" };
  const given = { ladders: JSON.stringify(ladders), expected: JSON.stringify(expected) };
  expect(settings(given)).toMatchObject({ ladders, expected });
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

describe("the file of a stage", () => {
  test("replaces defaults, and one deployment may replace what it says", () => {
    writeFile("filed", JSON.stringify({ throttleRate: 7, groups: 2, domain: undefined, needDataTag: true }));
    expect(settings({ stage: "filed" })).toMatchObject({ throttleRate: 7, groups: 2, needDataTag: true });
    expect(settings({ stage: "filed", throttleRate: "9" })).toMatchObject({ throttleRate: 9, groups: 2 });
    expect(settings({ stage: "other" }).throttleRate).toBe(50);
  });

  test("that names a stage, or is no object in JSON, is refused by its name", () => {
    writeFile("renamed", '{"stage":"prod"}');
    expect(() => settings({ stage: "renamed" })).toThrow(/settings of stage renamed:\n.*stage/);
    for (const content of ["{", "[]", "null"]) {
      writeFile("broken", content);
      expect(() => settings({ stage: "broken" })).toThrow(/broken\.json is not an object in JSON/);
    }
  });

  test("is named with each setting that does not exist, and so is the nearest that does", () => {
    writeFile("typo", '{"throtleRate":7,"retentionDays":3}');
    expect(() => settings({ stage: "typo", Group: "2", "aws:cdk:known": "1" })).toThrow(
      /no setting throtleRate; the nearest is throttleRate\n.*typo\.json[\s\S]*nearest is logRetentionDays\n.*typo\.json[\s\S]*no setting Group; the nearest is groups\n.*-c/,
    );
  });

  test("can name a table and addresses that the account has already", () => {
    const addressAllocations = ["eipalloc-0123456789abcdef0", "eipalloc-0fedcba9876543210"];
    writeFile("kept", JSON.stringify({ tableName: "Refunds-2", egress: "fixed-ip", fixedIps: 2, addressAllocations }));
    expect(settings({ stage: "kept" })).toMatchObject({ tableName: "Refunds-2", addressAllocations });
    expect(() => settings({ stage: "kept", fixedIps: "1" })).toThrow(/as many as fixedIps says/);
    expect(() => settings({ stage: "kept", egress: "internet" })).toThrow(/only with "egress": "fixed-ip"/);
  });
});

import { expect, test } from "vitest";
import { checkGivenSettings, readGivenSettings } from "../../operate/deploy/given-settings.ts";

const check = (...given: string[]) => checkGivenSettings("without-a-file", readGivenSettings(given));

test("a setting of the code may be another for one deployment", () => {
  expect(() =>
    check("throttleRate=7", "openLadder=1s*3", "upstreamBaseUrl=https://test-api-open.chinaums.com"),
  ).not.toThrow();
});

test.each([
  "egress=fixed-ip",
  "fixedIps=2",
  "alarmEmail=operations@example.com",
  "tableName=Restored",
  'domain={"name":"refunds.example.com","certificateArn":"arn:aws:acm:eu-west-1:1:certificate/x"}',
])("%s is refused, because the next deployment would take it away again", (setting) => {
  expect(() => check(setting)).toThrow(/would undo this. Write it into settings\/without-a-file\.json/);
});

test("what the file says already may be said again", () => {
  expect(() => check("egress=internet", "fixedIps=1")).not.toThrow();
});

test("what is no setting, or is none of this form, is refused by its name", () => {
  expect(() => check("throtle=7")).toThrow(/there is no setting throtle; the nearest is/);
  expect(() => check("throttleRate")).toThrow("-c throttleRate: write it as -c name=value");
});

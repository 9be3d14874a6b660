import { afterEach, expect, test, vi } from "vitest";
import {
  compactBeijingTime,
  dashedBeijingTime,
  isDashedBeijingTime,
  readCompactBeijingTime,
} from "../../shared/chinaums/beijing-time.ts";

const newYear = Date.UTC(2016, 11, 31, 16, 0, 0);

afterEach(() => vi.unstubAllEnvs());

test("an instant is written as the wall clock of Beijing shows it", () => {
  expect(compactBeijingTime(newYear)).toBe("20170101000000");
  expect(dashedBeijingTime(newYear)).toBe("2017-01-01 00:00:00");
  expect(dashedBeijingTime(newYear - 1)).toBe("2016-12-31 23:59:59");
});

test.each(["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"])(
  "whatever zone the process has: %s",
  (zone) => {
    vi.stubEnv("TZ", zone);
    expect(new Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone);
    expect(compactBeijingTime(newYear)).toBe("20170101000000");
    expect(readCompactBeijingTime("20170101000000")).toBe(newYear);
  },
);

test("14 digits are read back to the instant they were written from", () => {
  expect(readCompactBeijingTime("20170101000000")).toBe(newYear);
  expect(readCompactBeijingTime(compactBeijingTime(1_700_000_123_000))).toBe(1_700_000_123_000);
});

test.each([
  "",
  "2017010100000",
  "201701010000000",
  "20170230000000",
  "20171301000000",
  "20170101240000",
  "2017-01-01 00:00",
])("a moment that does not exist is not read: %s", (text) => {
  expect(readCompactBeijingTime(text)).toBeUndefined();
});

test.each([
  ["2017-01-01 00:00:00", true],
  ["2024-02-29 23:59:59", true],
  ["0999-12-31 23:59:59", true],
  ["2023-02-29 00:00:00", false],
  ["2017-13-01 00:00:00", false],
  ["2017-01-01 24:00:00", false],
  ["2017-01-01T00:00:00", false],
  ["2017-01-01 00:00:00 ", false],
])("a dashed moment is one that exists: %s, %s", (text, exists) => {
  expect(isDashedBeijingTime(text)).toBe(exists);
});

import { expect, test } from "vitest";
import { readRetryAfter } from "../../shared/webhook/read-retry-after.ts";
import { retryAt } from "../../shared/webhook/retry-plan.ts";

const now = Date.parse("2026-11-24T21:00:00Z");
const middle = () => 0.5;
const hourMs = 3_600_000;

test("a failed delivery is tried again after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h, and is dead after that", () => {
  const waits = Array.from({ length: 10 }, (_, tried) => retryAt(tried + 1, now, middle, undefined));
  const hours = [2, 5, 10, 14, 20, 24].map((each) => each * hourMs);
  const expected = [5_000, 300_000, 1_800_000, ...hours].map((waitMs) => now + waitMs);
  expect(waits).toEqual([...expected, undefined]);
});

test("each wait is up to a fifth shorter or longer", () => {
  expect(retryAt(2, now, () => 0, undefined)).toBe(now + 240_000);
  expect(retryAt(2, now, () => 1, undefined)).toBe(now + 360_000);
});

test("a receiver gets a longer wait if it asks for one, but no shorter one and no further try", () => {
  expect(retryAt(1, now, middle, hourMs)).toBe(now + hourMs);
  expect(retryAt(2, now, middle, 1_000)).toBe(now + 300_000);
  expect(retryAt(10, now, middle, 1_000)).toBeUndefined();
});

test.each([
  ["120", 120_000],
  [" 120 ", 120_000],
  ["Tue, 24 Nov 2026 21:02:00 GMT", 120_000],
  ["99999999", 24 * hourMs],
  ["Fri, 31 Dec 9999 23:59:59 GMT", 24 * hourMs],
  ["0", undefined],
  ["Tue, 24 Nov 2026 20:00:00 GMT", undefined],
  ["-5", undefined],
  ["1.5", undefined],
  ["soon", undefined],
  ["Someday", undefined],
  ["", undefined],
  [undefined, undefined],
])("Retry-After %j asks for %s ms", (value, waitMs) => {
  expect(readRetryAfter(value, now)).toBe(waitMs);
});

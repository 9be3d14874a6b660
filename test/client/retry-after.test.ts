import { expect, test } from "vitest";
import { retryAfterMs } from "../../client/retry-after.ts";

const now = Date.parse("1994-11-06T08:49:27Z");

test.each([
  ["7", 7_000],
  [" 0 ", 0],
  ["Sun, 06 Nov 1994 08:49:37 GMT", 10_000],
  ["Sunday, 06-Nov-94 08:49:37 GMT", 10_000],
  ["Sun Nov  6 08:49:37 1994", 10_000],
])("%j is a wait of %d ms", (header, ms) => {
  expect(retryAfterMs(header, now)).toBe(ms);
});

test("a date that has passed is no wait", () => {
  expect(retryAfterMs("Sun, 06 Nov 1994 08:00:00 GMT", now)).toBe(0);
});

test.each([null, "", "soon", "-1", "1.5", "7s", "Sun, whenever"])("%j asks for no wait", (header) => {
  expect(retryAfterMs(header, now)).toBeUndefined();
});

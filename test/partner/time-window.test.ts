import { expect, test } from "vitest";
import { isNearNow } from "../../shared/partner/time-window.ts";

const signedAt = Date.UTC(2026, 0, 5, 4, 0, 0);
const timestamp = "20260105120000";

test.each([
  ["five minutes ago", 300_000, true],
  ["a millisecond earlier than that", 300_001, false],
  ["five minutes ahead", -300_000, true],
  ["a millisecond later than that", -300_001, false],
  ["now", 0, true],
])("a request signed %s is near or not", (_, agoMs, isNear) => {
  expect(isNearNow(timestamp, signedAt + agoMs)).toBe(isNear);
});

test("a time that is none is never near", () => {
  expect(isNearNow("20260230120000", Date.UTC(2026, 2, 2, 4, 0, 0))).toBe(false);
});

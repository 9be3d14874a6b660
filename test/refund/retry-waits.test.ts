import { expect, test } from "vitest";
import { blockedRetryMs, quickRetryMs, refusedRetryMs } from "../../shared/refund/retry-waits.ts";
import { dayMs, hourMs, minuteMs } from "../support/refunds.ts";

const minutes = (waits: readonly number[]) => waits.map((ms) => ms / minuteMs);

test("a check without an answer is made again after a minute, then ever later, but within half an hour on the first day", () => {
  const stalled = [0, 1, 6, 31, 24 * 60].map((minute) => quickRetryMs(minute * minuteMs));
  expect(minutes(stalled)).toEqual([1, 5, 25, 30, 30]);
  expect(minutes([quickRetryMs(7.25 * minuteMs), quickRetryMs(7.24 * minuteMs)])).toEqual([30, 29.96]);
});

test("after a day without an answer it waits a 48th of the time that this has lasted", () => {
  expect(minutes([1, 2, 10].map((days) => quickRetryMs(days * dayMs)))).toEqual([30, 60, 300]);
});

test("a refusal that asking cannot mend is asked about after an hour, then after as long again, and daily at the least", () => {
  const waits = [0, 0.5, 1, 2, 23, 24, 25, 700].map((hours) => refusedRetryMs(hours * hourMs) / hourMs);
  expect(waits).toEqual([1, 1, 1, 2, 23, 24, 24, 24]);
});

test("a refusal of our credentials is tried again after half an hour", () => {
  expect(blockedRetryMs).toBe(30 * minuteMs);
});

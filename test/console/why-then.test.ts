import { describe, expect, test } from "vitest";
import { sayIn } from "../../console/language.ts";
import { plannedChecks, whyThen } from "../../console/parts/why-then.ts";
import type { View } from "../../console/view.ts";
import { defaultLadders } from "../../shared/refund/recheck-ladder.ts";
import { recordCheck } from "../../shared/refund/record-check.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import {
  badRequest,
  checkOf,
  claimedRefund,
  contextAt,
  dayMs,
  minuteMs,
  notFound,
  processing,
  refused,
  start,
  succeeded,
  timedOut,
} from "../support/refunds.ts";

const view = { say: sayIn("en"), language: "en", now: start } as View;
const why = (refund: Refund) => whyThen(view, refund, defaultLadders);
const refundAfter = (...readings: Parameters<typeof checkOf>[0][]) =>
  readings.reduce(
    (refund, reading, i) => recordCheck(refund, checkOf(reading), contextAt(start + i * minuteMs)),
    claimedRefund(),
  );

describe("why a refund is checked when it is", () => {
  test.each([
    [refundAfter(processing), "Step 1 of 35 of the ladder for refunds that exist: a wait of 1m at most."],
    [refundAfter(processing, processing, processing), "Step 3 of 35"],
    [
      refundAfter(notFound, notFound),
      "Step 2 of 7 of the ladder for orders that ChinaUMS does not know: a wait of 5m at most.",
    ],
    [refundAfter(timedOut), "takes no step of the ladder"],
    [refundAfter(badRequest), "the waits double from 1 h to a day"],
    [refundAfter(refused), "every 30 minutes"],
    [refundAfter(succeeded), "It is final"],
    [{ ...refundAfter(processing), dueAt: undefined }, "Only a person"],
    [{ ...refundAfter(processing), dueAt: start - 1 }, "It is due"],
    [{ ...refundAfter(processing), state: "needs_review" } as Refund, "once a day until day 30"],
  ])("%#", (refund, expected) => {
    expect(why(refund)).toContain(expected);
  });
});

test("the checks to come follow the ladder from where the refund stands, then daily to day 30", () => {
  const refund = refundAfter(processing);
  const planned = plannedChecks(refund, defaultLadders, start + 30 * dayMs);
  const waits = planned.slice(1).map((at, i) => at - (planned[i] ?? 0));
  expect(planned[0]).toBe(refund.dueAt);
  expect(waits.slice(0, defaultLadders.open.length - 1)).toEqual(defaultLadders.open.slice(1));
  expect(new Set(waits.slice(defaultLadders.open.length - 1))).toEqual(new Set([dayMs]));
  expect(Math.max(...planned)).toBeLessThanOrEqual(start + 30 * dayMs);
  expect(plannedChecks(refundAfter(succeeded), defaultLadders, start + dayMs)).toEqual([]);
});

import { describe, expect, test } from "vitest";
import { recordCheck } from "../../shared/refund/record-check.ts";
import { untoldAfter, withPartnersTold } from "../../shared/refund/untold.ts";
import { eventOf } from "../../shared/telling/refund-event.ts";
import {
  checkOf,
  claimedRefund,
  contextAt,
  dayMs,
  processing,
  start,
  succeeded,
  timedOut,
} from "../support/refunds.ts";
import { untoldRefund } from "../support/told-refunds.ts";

const now = start + 1_000;

describe("what is to be told after a check", () => {
  test.each(["needs_review", "succeeded", "failed"] as const)("is that a refund has become %s", (state) => {
    const before = claimedRefund();
    const after = { ...before, state, version: 7 };
    expect(untoldAfter(before, after, now)).toEqual({ sequence: 7, since: now, overtaken: [] });
    expect(untoldAfter(before, { ...after, partners: [] }, now)).toBeUndefined();
  });

  test("is nothing while a refund is pending", () => {
    const before = claimedRefund();
    expect(untoldAfter(before, { ...before, version: 7 }, now)).toBeUndefined();
  });

  test("stays what it was while the state stays, be it told or not", () => {
    const untold = { sequence: 3, since: start, overtaken: [] };
    const before = claimedRefund({ state: "needs_review", version: 5, untold });
    expect(untoldAfter(before, { ...before, version: 6 }, now)).toEqual(untold);
    expect(untoldAfter({ ...before, untold: undefined }, { ...before, version: 6 }, now)).toBeUndefined();
  });

  test("is the newest state, and that the one before was left untold", () => {
    const untold = { sequence: 3, since: start, overtaken: [2] };
    const before = claimedRefund({ state: "needs_review", version: 5, untold });
    expect(recordCheck(before, checkOf(succeeded), contextAt(now)).untold).toEqual({
      sequence: 6,
      since: now,
      overtaken: [2, 3],
    });
  });

  test("is only that review was left untold, if a refund goes back from it to its ladder", () => {
    const untold = { sequence: 3, since: start, overtaken: [] };
    const before = claimedRefund({ state: "needs_review", checkedAt: start, version: 5, untold });
    const after = recordCheck(before, checkOf(processing), contextAt(now));
    expect(after).toMatchObject({ state: "pending", untold: { sequence: 6, since: now, overtaken: [3] } });
    expect(eventOf(after)).toBeUndefined();
    const told = recordCheck({ ...before, untold: undefined }, checkOf(processing), contextAt(now));
    expect([told.state, told.untold]).toEqual(["pending", undefined]);
  });

  test("is told by a check that spends the ladder", () => {
    const before = claimedRefund({ checkedAt: start, firstSeenAt: start - 31 * dayMs });
    const after = recordCheck(before, checkOf(timedOut), contextAt(now));
    expect(after).toMatchObject({ state: "needs_review", dueAt: undefined });
    expect(after.untold).toEqual({ sequence: after.version, since: now, overtaken: [] });
  });
});

describe("a refund whose partners have been told", () => {
  test("waits for its next check, and has changed in nothing else", () => {
    const refund = untoldRefund({ state: "needs_review", dueAt: now + dayMs });
    expect(withPartnersTold(refund)).toEqual({ ...refund, version: refund.version + 1, untold: undefined });
  });

  test("is due when the claim of a request ends, if nothing else is planned", () => {
    const lease = { owner: "a", until: now + 28_000 };
    expect(withPartnersTold(untoldRefund({ state: "needs_review", lease })).dueAt).toBe(lease.until);
    expect(withPartnersTold(untoldRefund()).dueAt).toBeUndefined();
  });
});

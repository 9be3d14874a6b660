import { describe, expect, test } from "vitest";
import type { CheckContext } from "../../shared/refund/check-context.ts";
import { planNextCheck } from "../../shared/refund/plan-next-check.ts";
import { defaultLadders, parseLadder, totalMs } from "../../shared/refund/recheck-ladder.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import {
  claimedRefund,
  contextAt,
  dayMs,
  hourMs,
  locked,
  minuteMs,
  mismatch,
  type NotSettled,
  notFound,
  processing,
  refused,
  start,
  testTid,
  timedOut,
} from "../support/refunds.ts";

/** The plan after a check at an age by the schedule, of a refund that was due then. */
function planAt(ageMs: number, reading: NotSettled, refund: Partial<Refund> = {}, context: Partial<CheckContext> = {}) {
  const now = start + ageMs;
  const due = claimedRefund({ checkedAt: start, reading, dueAt: now, ...refund });
  return planNextCheck(due, reading, now, contextAt(now, context));
}
const waits = (plan: { dueAt: number | undefined }, ageMs: number) => (plan.dueAt ?? Number.NaN) - start - ageMs;
const longest = (stepMs: number) => Math.round(stepMs * 0.95);

test("a product with a ladder of its own is checked by that, and every other product by the common one", () => {
  const ladders = { ...defaultLadders, byProduct: { QRPAYDEFAULT: parseLadder("20m 40m") } };
  const waitOf = (instMid: string, reading: NotSettled) =>
    waits(planAt(minuteMs, reading, { instMid, openRung: 1 }, { ladders }), minuteMs);
  expect(waitOf("QRPAYDEFAULT", processing)).toBe(longest(40 * minuteMs));
  expect(waitOf("APPDEFAULT", processing)).toBe(longest(minuteMs));
  const spent = planAt(hourMs, processing, { instMid: "QRPAYDEFAULT", openRung: 2 }, { ladders });
  expect(spent.state).toBe("needs_review");
});

describe("a refund is given up", () => {
  test.each([processing, notFound, timedOut, mismatch] as const)("after 30 days to the millisecond: %j", (reading) => {
    expect(planAt(30 * dayMs - 1, reading, { state: "needs_review" }).dueAt).toBeDefined();
    expect(planAt(30 * dayMs, reading, { openRung: 5, notFoundRung: 2 })).toEqual({
      state: "needs_review",
      dueAt: undefined,
      openRung: 5,
      notFoundRung: 2,
    });
  });

  test("never where it is our credentials that are refused, because every refund waits then", () => {
    expect(waits(planAt(30 * dayMs, refused), 30 * dayMs)).toBe(longest(30 * minuteMs));
  });
});

describe("a check without an answer goes by the age of the refund", () => {
  const ladders = { open: parseLadder("10s 20s"), byProduct: {}, notFound: parseLadder("4s 7s") };

  test.each([
    ["on the ladder of refunds that exist where none was ever missing", { notFoundRung: 0, openRung: 0 }, 10_000],
    ["on that ladder too where it was seen to exist", { notFoundRung: 1, openRung: 1 }, 10_000],
    ["on the sparser one where upstream has known none so far", { notFoundRung: 1, openRung: 0 }, 4_000],
  ])("%s", (_, rungs, stepMs) => {
    expect(waits(planAt(1_000, timedOut, rungs, { ladders }), 1_000)).toBe(longest(stepMs));
  });

  test("and hands over to a person once the ladder's time is over, to be checked daily at the least", () => {
    const over = totalMs(ladders.open);
    expect(planAt(over - 1, timedOut, {}, { ladders }).state).toBe("pending");
    expect(planAt(over, timedOut, {}, { ladders })).toMatchObject({ state: "needs_review", openRung: 0 });
    const now = start + 10 * dayMs;
    const silentForDays = claimedRefund({ state: "needs_review", checkedAt: start, dueAt: now });
    const plan = planNextCheck(silentForDays, timedOut, start - 90 * dayMs, contextAt(now));
    expect(plan).toMatchObject({ state: "needs_review", dueAt: now + longest(dayMs) });
  });

  test("and leaves a refund with a person that was handed over already", () => {
    expect(planAt(minuteMs, timedOut, { state: "needs_review" }).state).toBe("needs_review");
  });
});

describe("a check that the schedule made", () => {
  test("takes one step of the one ladder or of the other", () => {
    const rungs = { openRung: 5, notFoundRung: 1 };
    const open = planAt(hourMs, processing, rungs);
    expect(open).toMatchObject({ state: "pending", openRung: 6, notFoundRung: 1 });
    expect(waits(open, hourMs)).toBe(longest(5 * minuteMs));
    const unknown = planAt(hourMs, notFound, rungs);
    expect(unknown).toMatchObject({ state: "pending", openRung: 5, notFoundRung: 2 });
    expect(waits(unknown, hourMs)).toBe(longest(5 * minuteMs));
  });

  test("goes on with the last step while the ladder's time is not over", () => {
    const ladders = { ...defaultLadders, open: parseLadder("1h 6h 12h") };
    const plan = planAt(10 * hourMs, processing, { openRung: 3 }, { ladders });
    expect(plan).toMatchObject({ state: "pending", openRung: 4 });
    expect(waits(plan, 10 * hourMs)).toBe(longest(12 * hourMs));
  });

  test("hands over with its rungs as they are, to be checked again in a day", () => {
    const ladders = { ...defaultLadders, open: parseLadder("1h 2h") };
    const age = Math.ceil(totalMs(ladders.open) * 0.85);
    const plan = planAt(age, processing, { openRung: 2, notFoundRung: 3 }, { ladders });
    expect(plan).toEqual({
      state: "needs_review",
      dueAt: start + age + longest(dayMs),
      openRung: 2,
      notFoundRung: 3,
    });
    expect(planAt(age, processing, { openRung: 1 }, { ladders }).state).toBe("pending");
  });

  test("is the first one too, if it asked by the terminal that the schedule would ask by", () => {
    const first = claimedRefund({ checkedAt: undefined, dueAt: start + minuteMs });
    const rungAfter = (tid: string) =>
      planNextCheck(first, processing, start, contextAt(start, { asked: { tid, digest: "digest-1" } })).openRung;
    expect([rungAfter(testTid), rungAfter("99999999")]).toEqual([1, 0]);
  });

  test("is one by whichever terminal it was answered", () => {
    const asked = { tid: "99999999", digest: undefined };
    const plan = planAt(hourMs, processing, { confirmedTid: testTid, openRung: 5 }, { asked });
    expect(plan).toMatchObject({ openRung: 6, dueAt: start + hourMs + longest(5 * minuteMs) });
  });

  test("is one at the due time or later, but never one of a refund that was not due", () => {
    const rungAt = (dueAt: number | undefined) => planAt(hourMs, processing, { dueAt }).openRung;
    expect([rungAt(start + hourMs), rungAt(start + hourMs + 1), rungAt(undefined)]).toEqual([1, 0, 0]);
  });
});

describe("a check that a partner asked for just when the refund was due", () => {
  const now = start + dayMs;
  const due = claimedRefund({ checkedAt: start, notFoundRung: 6, dueAt: now, tid: "99999999", askedTids: [testTid] });
  const planBy = (digest: string | undefined) => (reading: NotSettled, refund: Refund) =>
    planNextCheck(refund, reading, now, contextAt(now, { asked: { tid: "99999999", digest } }));
  const [planAfter, planOfSchedule] = [planBy("digest-1"), planBy(undefined)];
  const asItWas = { state: "pending", dueAt: now, openRung: 0, notFoundRung: 6 };

  test.each([notFound, mismatch])(
    "leaves it due where the schedule would ask by other terminals too: %j",
    (reading) => {
      expect(planAfter(reading, due)).toEqual(asItWas);
      expect(planAfter(reading, { ...due, askedTids: [] }).dueAt).toBeGreaterThan(now);
      expect(planOfSchedule(reading, due).dueAt).toBeGreaterThan(now);
    },
  );

  test("leaves it due where ChinaUMS objects, because the schedule asks without the partner's words", () => {
    const objection: NotSettled = { kind: "blocked", by: "request" };
    expect(planAfter(objection, { ...due, askedTids: [] })).toEqual(asItWas);
    const first = claimedRefund({ tid: "99999999", askedTids: [], dueAt: now + minuteMs });
    expect(planAfter(objection, first).dueAt).toBe(now + minuteMs);
    expect(planOfSchedule(objection, first).dueAt).toBe(now + longest(hourMs));
  });

  test.each([processing, timedOut])("stands for the one of the schedule otherwise: %j", (reading) => {
    expect(planAfter(reading, due).dueAt).toBeGreaterThan(now);
    expect(planAfter(reading, { ...due, confirmedTid: testTid })).toMatchObject({ dueAt: now });
  });
});

describe("a check that a partner asked for", () => {
  test("plans the next one where none was planned", () => {
    const plan = planAt(hourMs, processing, { dueAt: undefined, state: "needs_review", openRung: 40 });
    expect(waits(plan, hourMs)).toBe(longest(12 * hourMs));
  });

  test("is never followed within the minute where the order is locked", () => {
    const plan = planAt(hourMs, locked, { dueAt: start + hourMs + 1 });
    expect(waits(plan, hourMs)).toBe(minuteMs);
  });
});

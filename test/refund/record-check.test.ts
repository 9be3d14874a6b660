import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Reading } from "../../shared/refund/reading.ts";
import { defaultLadders } from "../../shared/refund/recheck-ladder.ts";
import { recordCheck } from "../../shared/refund/record-check.ts";
import { allowedPredecessors, isFinal, type Refund } from "../../shared/refund/refund.ts";
import {
  badRequest,
  checkOf,
  claimedRefund,
  dayMs,
  failed,
  hourMs,
  locked,
  minuteMs,
  mismatch,
  notFound,
  processing,
  refused,
  start,
  succeeded,
  timedOut,
} from "../support/refunds.ts";

const noJitter = () => 0.5;
const record = (refund: Refund, reading: Reading, now: number, random = noJitter) =>
  recordCheck(refund, checkOf(reading), { now, random, ladders: defaultLadders });

/** Checks a refund whenever it is due, with the same reading every time, until nothing is due any more. */
function followLadder(reading: Reading, until = Number.POSITIVE_INFINITY) {
  let refund = record(claimedRefund(), reading, start);
  const checks = [{ at: 0, refund }];
  while (refund.dueAt !== undefined && refund.dueAt <= until) {
    const now = refund.dueAt;
    refund = record(refund, reading, now);
    checks.push({ at: now - start, refund });
  }
  return checks;
}

describe("a check that settles", () => {
  test.each([
    [succeeded, "succeeded"],
    [failed, "failed"],
  ] as const)("ends the refund, keeps the answer, and is never due again: %j", (reading, state) => {
    const refund = record(claimedRefund(), reading, start + 5_000);
    expect(refund).toMatchObject({ state, checkedAt: start + 5_000, attempts: 1, dueAt: undefined, lease: undefined });
    expect(refund.answer?.fields).toMatchObject({ reading: "settled" });
  });
});

describe("a refund that stays open", () => {
  test("is checked 36 times over 8.1 days, then goes to review, then daily to day 30, then only by hand", () => {
    const checks = followLadder(processing);
    const reviewed = checks.findIndex(({ refund }) => refund.state === "needs_review");
    expect(reviewed).toBe(35);
    expect((checks[reviewed]?.at ?? 0) / dayMs).toBeCloseTo(8.1, 1);
    const daily = checks.slice(reviewed);
    expect(daily.slice(1).every(({ at }, i) => at - (daily[i]?.at ?? 0) === dayMs)).toBe(true);
    const last = checks.at(-1);
    expect(last?.refund).toMatchObject({ state: "needs_review", dueAt: undefined });
    expect(last?.at).toBeGreaterThanOrEqual(30 * dayMs);
    expect(last?.at).toBeLessThan(31 * dayMs);
  });

  test("waits as the ladder says while it is processing or unclear", () => {
    const waits = followLadder(timedOut, start + hourMs).map(({ at }) => at / minuteMs);
    expect(waits).toEqual([0, 1, 2, 3, 4, 5, 10, 20, 40]);
  });

  test("waits longer, and not as long altogether, where there is no such order", () => {
    const checks = followLadder(notFound, start + 3 * dayMs);
    expect(checks.slice(0, 5).map(({ at }) => at / minuteMs)).toEqual([0, 1, 6, 36, 156]);
    expect(checks[7]?.refund.state).toBe("needs_review");
  });

  test("keeps its place on either ladder when readings alternate, so that neither goes on for ever", () => {
    let refund = claimedRefund();
    for (let i = 0; refund.state === "pending"; i++) {
      refund = record(refund, i % 2 ? processing : notFound, refund.dueAt ?? start);
      expect(i).toBeLessThan(50);
    }
    expect(refund.state).toBe("needs_review");
  });

  test("keeps a due time that chance could have made, so that the index of due refunds is not written for nothing", () => {
    const planned = claimedRefund({ dueAt: start + 55_000 });
    expect(record(planned, processing, start).dueAt).toBe(start + 55_000);
    expect(record(planned, processing, start + 4_001).dueAt).toBe(start + 4_001 + minuteMs);
    expect(record(planned, refused, start).dueAt).toBe(start + 30 * minuteMs);
  });

  test("is left alone for a full minute when upstream has locked it, whatever the jitter", () => {
    expect(record(claimedRefund(), locked, start, () => 0).dueAt).toBe(start + minuteMs);
  });

  test("is checked again after half an hour when we are refused, without counting an attempt or a step", () => {
    const refund = record(claimedRefund(), refused, start);
    expect(refund).toMatchObject({ state: "pending", attempts: 0, openRung: 0, dueAt: start + 30 * minuteMs });
    const checks = followLadder(refused, start + 60 * dayMs);
    expect(checks.at(-1)?.refund).toMatchObject({ state: "pending", attempts: 0 });
    expect(checks.at(-1)?.refund.dueAt).toBeGreaterThan(start + 60 * dayMs);
  });

  test.each([mismatch, badRequest])("is checked every half hour, at most to day 30: %j", (reading) => {
    const checks = followLadder(reading);
    expect(checks[1]?.at).toBe(30 * minuteMs);
    expect(checks.at(-1)?.refund).toMatchObject({ state: "needs_review", dueAt: undefined });
  });

  test("settles out of review", () => {
    const review = followLadder(processing).find(({ refund }) => refund.state === "needs_review")?.refund;
    if (review?.dueAt === undefined) throw new Error("no review");
    expect(record(review, succeeded, review.dueAt).state).toBe("succeeded");
    expect(record(review, processing, review.dueAt).state).toBe("needs_review");
  });
});

describe("a check that nobody had scheduled", () => {
  const afterFirst = record(claimedRefund(), processing, start);

  test("takes no step, so that a partner who asks every second does not use the ladder up", () => {
    let refund = afterFirst;
    for (let i = 1; i <= 50; i++) refund = record(refund, processing, start + i * 1_000);
    expect(refund).toMatchObject({ state: "pending", openRung: 1, attempts: 51, dueAt: afterFirst.dueAt });
  });

  test("never puts the next check off, and brings it forward when the reading is a livelier one", () => {
    const quiet = { ...afterFirst, reading: notFound, dueAt: start + 12 * hourMs };
    expect(record(quiet, notFound, start + minuteMs).dueAt).toBe(start + 2 * minuteMs);
    expect(record(afterFirst, refused, start + 1_000).dueAt).toBe(afterFirst.dueAt);
  });

  test("does not send a refund to review", () => {
    const spent = { ...afterFirst, openRung: 35, dueAt: start + hourMs };
    expect(record(spent, processing, start + minuteMs)).toMatchObject({ state: "pending", dueAt: start + hourMs });
  });
});

describe("what is kept of answers", () => {
  test("a new answer is kept under the version it brings, a repeated one is not", () => {
    const first = record(claimedRefund(), processing, start);
    const again = record(first, processing, start + minuteMs);
    const other = record(again, notFound, start + 2 * minuteMs);
    expect([first, again, other].map(({ version }) => version)).toEqual([2, 3, 4]);
    expect([first, again, other].map(({ answer }) => answer?.version)).toEqual([2, 2, 4]);
    expect(other.answer).toEqual({
      fields: checkOf(notFound).answer,
      version: 4,
      at: start + 2 * minuteMs,
      latencyMs: 7,
      reading: notFound,
    });
  });

  test("a check without an answer leaves the last one standing, and says so by its times", () => {
    const first = record(claimedRefund(), processing, start);
    const silent = record(first, timedOut, start + minuteMs);
    expect(silent).toMatchObject({ answeredAt: start, checkedAt: start + minuteMs, answer: first.answer });
  });
});

test("over any sequence of readings and times a refund ends final, in review, or due, and takes only allowed steps", () => {
  const readings = [succeeded, failed, processing, notFound, timedOut, locked, refused, badRequest, mismatch];
  const step = fc.record({
    reading: fc.constantFrom(...readings.slice(2), ...readings.slice(2), ...readings),
    scheduled: fc.boolean(),
    aheadMs: fc.integer({ min: 0, max: 2 * dayMs }),
    random: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let refund = claimedRefund();
      let now = start;
      for (const { reading, scheduled, aheadMs, random } of steps) {
        if (isFinal(refund.state)) break;
        now = scheduled && refund.dueAt !== undefined ? Math.max(now, refund.dueAt) : now + aheadMs;
        const before = refund.state;
        refund = record(refund, reading, now, () => random);
        expect(allowedPredecessors[refund.state]).toContain(before);
        expect(isFinal(refund.state)).toBe(reading.kind === "settled");
        if (isFinal(refund.state)) expect(refund.dueAt).toBeUndefined();
        else if (refund.state === "pending") expect(refund.dueAt).toBeGreaterThan(now - 1);
        else expect(refund.dueAt !== undefined || now - start >= 30 * dayMs).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckContext } from "../../shared/refund/check-context.ts";
import { claimRefund } from "../../shared/refund/claim-refund.ts";
import type { Reading } from "../../shared/refund/reading.ts";
import { defaultLadders, parseLadder, totalMs } from "../../shared/refund/recheck-ladder.ts";
import { recordCheck } from "../../shared/refund/record-check.ts";
import { allowedPredecessors, isFinal, type Refund } from "../../shared/refund/refund.ts";
import { terminalsToTry } from "../../shared/refund/terminals.ts";
import {
  badRequest,
  checkOf,
  claimedRefund,
  claimOf,
  contextAt,
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
  testTid,
  timedOut,
} from "../support/refunds.ts";

/** The longest wait that chance makes of a step. */
const longest = (stepMs: number) => Math.round(stepMs * 0.95);
const record = (refund: Refund, reading: Reading, now: number, more: Partial<CheckContext> = {}) =>
  recordCheck(refund, checkOf(reading), contextAt(now, more));

/** Checks a refund whenever it is due, with what `readingAt` gives at that age, until nothing is due any more. */
function follow(readingAt: (ageMs: number) => Reading, until = Number.POSITIVE_INFINITY) {
  let refund = record(claimedRefund(), readingAt(0), start);
  const checks = [{ at: 0, refund }];
  while (refund.dueAt !== undefined && refund.dueAt <= until) {
    const now = refund.dueAt;
    refund = record(refund, readingAt(now - start), now);
    checks.push({ at: now - start, refund });
  }
  return checks;
}
const followLadder = (reading: Reading, until?: number) => follow(() => reading, until);
const waitsOf = (checks: readonly { at: number }[]) => checks.slice(1).map(({ at }, i) => at - (checks[i]?.at ?? 0));
const inMinutes = (ms: number) => Math.round((ms / minuteMs) * 100) / 100;

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
  test("is checked 36 times on its ladder, then goes to review, then daily to day 30, then only by hand", () => {
    const checks = followLadder(processing);
    const reviewed = checks.findIndex(({ refund }) => refund.state === "needs_review");
    expect(reviewed).toBe(35);
    expect((checks[reviewed]?.at ?? 0) / dayMs).toBeCloseTo(8.1 * 0.95, 1);
    const daily = waitsOf(checks.slice(reviewed));
    expect(daily.every((wait) => wait === longest(dayMs))).toBe(true);
    const last = checks.at(-1);
    expect(last?.refund).toMatchObject({ state: "needs_review", dueAt: undefined });
    expect(last?.at).toBeGreaterThanOrEqual(30 * dayMs);
    expect(last?.at).toBeLessThan(31 * dayMs);
  });

  test("waits as the ladder says while it is processing, and never longer than a step", () => {
    const waits = waitsOf(followLadder(processing, start + hourMs)).map(inMinutes);
    expect(waits).toEqual([1, 1, 1, 1, 1, 5, 10, 20].map((step) => step * 0.95));
  });

  test("waits longer, and not as long altogether, where there is no such order", () => {
    const checks = followLadder(notFound, start + 3 * dayMs);
    expect(waitsOf(checks).slice(0, 4).map(inMinutes)).toEqual([1, 5, 30, 120].map((step) => step * 0.95));
    expect(checks[6]?.refund.state).toBe("pending");
    expect(checks[7]?.refund.state).toBe("needs_review");
  });

  test("keeps its place on either ladder when readings alternate, so that neither goes on for ever", () => {
    let refund = claimedRefund();
    for (let i = 0; refund.state === "pending"; i++) {
      refund = record(refund, i % 2 ? processing : notFound, refund.dueAt ?? start);
      expect(i).toBeLessThan(60);
    }
    expect(refund.state).toBe("needs_review");
  });

  test("remembers when it was last told to be open, which no answer, a refusal and the end leave as it was", () => {
    const open = record(claimedRefund(), processing, start + minuteMs);
    expect(open.seenOpenAt).toBe(start + minuteMs);
    for (const reading of [timedOut, locked, refused, mismatch, succeeded, failed]) {
      expect(record(open, reading, start + hourMs)).toMatchObject({ seenOpenAt: start + minuteMs });
    }
    expect(record(open, notFound, start + hourMs).seenOpenAt).toBe(start + hourMs);
    expect(record(claimedRefund(), succeeded, start).seenOpenAt).toBeUndefined();
  });

  test("keeps a due time that is as good, so that the index of due refunds is not written for nothing", () => {
    const planned = claimedRefund({ dueAt: start + 55_000 });
    expect(record(planned, processing, start).dueAt).toBe(start + 55_000);
    expect(record(planned, processing, start + 10_000).dueAt).toBe(start + 55_000);
    expect(record(planned, processing, start + 10_001).dueAt).toBe(start + 10_001 + longest(minuteMs));
    expect(record(claimedRefund({ dueAt: start + 57_001 }), processing, start).dueAt).toBe(start + longest(minuteMs));
    expect(record(planned, refused, start).dueAt).toBe(start + longest(30 * minuteMs));
  });

  test("is left alone for a full minute when upstream has locked it, whatever the jitter", () => {
    expect(record(claimedRefund(), locked, start, { random: () => 0 }).dueAt).toBe(start + minuteMs);
  });

  test("stays due when a partner's own question is objected to just when the schedule would have asked", () => {
    const due = claimedRefund({ checkedAt: start, reading: mismatch, stalledSince: start, dueAt: start + dayMs });
    const asked = { tid: due.tid, digest: "digest-1" };
    expect(record(due, badRequest, start + dayMs, { asked }).dueAt).toBe(start + dayMs);
    expect(record(due, badRequest, start + dayMs).dueAt).toBeGreaterThan(start + dayMs);
  });

  test("is left alone for a full minute when upstream has locked it, also in review and with a check planned sooner", () => {
    const review = claimedRefund({ state: "needs_review", checkedAt: start, openRung: 40 });
    const asked = record({ ...review, dueAt: start + 20 * dayMs + 1_000 }, locked, start + 20 * dayMs);
    expect(asked).toMatchObject({ state: "needs_review", dueAt: start + 20 * dayMs + minuteMs });
  });

  test("settles out of review", () => {
    const review = followLadder(processing).find(({ refund }) => refund.state === "needs_review")?.refund;
    if (review?.dueAt === undefined) throw new Error("no review");
    expect(record(review, succeeded, review.dueAt).state).toBe("succeeded");
    expect(record(review, processing, review.dueAt).state).toBe("needs_review");
  });

  test("goes back to its ladder when it was in review as unknown, and is then seen to exist", () => {
    const review = followLadder(notFound).find(({ refund }) => refund.state === "needs_review")?.refund;
    if (review?.dueAt === undefined) throw new Error("no review");
    const seen = record(review, processing, review.dueAt);
    expect(seen).toMatchObject({ state: "pending", openRung: 1, dueAt: review.dueAt + longest(minuteMs) });
    expect(record(review, { kind: "unclear", cause: "unknown" }, review.dueAt).state).toBe("pending");
    expect(record(review, notFound, review.dueAt).state).toBe("needs_review");
    expect(record(review, { kind: "unclear", cause: "unfamiliar" }, review.dueAt).state).toBe("needs_review");
    const late = start + 9 * dayMs;
    expect(record({ ...review, dueAt: late }, processing, late).state).toBe("needs_review");
  });

  test("is not handed over by a ladder that was made shorter until that ladder's time is over", () => {
    const short = { ...defaultLadders, open: parseLadder("1h 6h 12h*4") };
    const waiting = claimedRefund({ openRung: 20, checkedAt: start, reading: processing, dueAt: start + hourMs });
    const soon = record(waiting, processing, start + hourMs, { ladders: short });
    expect(soon).toMatchObject({ state: "pending", dueAt: start + hourMs + longest(12 * hourMs) });
    const over = start + Math.ceil(totalMs(short.open) * 0.85);
    expect(record({ ...waiting, dueAt: over }, processing, over, { ladders: short }).state).toBe("needs_review");
    expect(record({ ...waiting, dueAt: over - 1 }, processing, over - 1, { ladders: short }).state).toBe("pending");
  });
});

describe("a check without an answer", () => {
  const silent: Reading[] = (["timeout", "unreachable", "unreadable", "gateway", "transient"] as const).map(
    (cause) => ({
      kind: "unclear",
      cause,
    }),
  );

  test.each(silent)("takes no step, and is made again within minutes: %j", (reading) => {
    const pending = claimedRefund({ openRung: 20, checkedAt: start, reading: processing, dueAt: start + dayMs });
    const first = record(pending, reading, start + dayMs);
    expect(first).toMatchObject({ state: "pending", openRung: 20, stalledSince: start + dayMs });
    expect((first.dueAt ?? 0) - start - dayMs).toBe(longest(minuteMs));
  });

  test.each([
    { kind: "unclear", cause: "unknown" },
    { kind: "unclear", cause: "unfamiliar" },
  ] as const)("is none where ChinaUMS spoke of the refund, so a step is taken: %j", (reading) => {
    expect(record(claimedRefund(), reading, start)).toMatchObject({ openRung: 1, stalledSince: undefined });
  });

  test("is followed after 1, 5 and 25 minutes, then every half hour of the first day, then ever more rarely", () => {
    const outage = { from: 2 * dayMs, until: 12 * dayMs };
    const checks = follow(
      (age) => (age >= outage.from && age < outage.until ? timedOut : processing),
      start + outage.until,
    );
    const silentChecks = checks.filter(({ refund }) => refund.reading?.kind === "unclear");
    const waits = waitsOf(silentChecks).map((ms) => Math.round(ms / minuteMs));
    expect(waits.slice(0, 5)).toEqual([1, 5, 22, 29, 29]);
    expect(waits.length).toBeLessThan(170);
    expect(Math.max(...waits)).toBeLessThanOrEqual(((outage.until - outage.from) / minuteMs) * (1 / 40));
  });

  test("is what a locked order is, whose question stands, but it is made again after a full minute", () => {
    const pending = claimedRefund({ openRung: 20, checkedAt: start, reading: processing, dueAt: start + dayMs });
    expect(record(pending, locked, start + dayMs)).toMatchObject({ openRung: 20, dueAt: start + dayMs + minuteMs });
  });

  test("waits as long as its step, or as long as there has been no answer, but never more than half an hour", () => {
    const waits = waitsOf(followLadder(timedOut, start + hourMs)).map(inMinutes);
    expect(waits.slice(0, 2)).toEqual([1, 1].map((step) => step * 0.95));
    expect(waits[2]).toBeCloseTo(0.95 * 2 * 0.95, 1);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30 * 0.95);
  });

  test("hands over to a person when it has gone on for a ladder's time", () => {
    const checks = followLadder(timedOut);
    const reviewed = checks.find(({ refund }) => refund.state === "needs_review");
    expect((reviewed?.at ?? 0) / dayMs).toBeGreaterThan(8);
    expect((reviewed?.at ?? 0) / dayMs).toBeLessThan(9);
    expect(checks.at(-1)?.refund.dueAt).toBeUndefined();
    expect(checks.length).toBeLessThan(300);
  });

  test("lets the ladder go on where it was once there is an answer", () => {
    const silentOnce = record(claimedRefund({ openRung: 7, checkedAt: start, dueAt: start }), timedOut, start);
    const answered = record(silentOnce, processing, silentOnce.dueAt ?? 0);
    expect(answered).toMatchObject({ openRung: 8, stalledSince: undefined });
    expect((answered.dueAt ?? 0) - (silentOnce.dueAt ?? 0)).toBe(longest(20 * minuteMs));
  });
});

describe("a refusal", () => {
  test("of our credentials is tried again every half hour, without an attempt or a step, for as long as it lasts", () => {
    const refund = record(claimedRefund(), refused, start);
    expect(refund).toMatchObject({ state: "pending", attempts: 0, openRung: 0 });
    expect(refund.dueAt).toBe(start + longest(30 * minuteMs));
    const checks = followLadder(refused, start + 60 * dayMs);
    expect(checks.at(-1)?.refund).toMatchObject({ state: "pending", attempts: 0 });
    expect(checks.at(-1)?.refund.dueAt).toBeGreaterThan(start + 60 * dayMs);
  });

  test.each([mismatch, badRequest, { kind: "blocked", by: "configuration" } as const])(
    "that asking again cannot mend is followed by hours, then days, to day 30: %j",
    (reading) => {
      const checks = followLadder(reading);
      const hours = waitsOf(checks).map((ms) => Math.round(ms / hourMs / 0.95));
      expect(hours.slice(0, 6)).toEqual([1, 1, 2, 4, 7, 14]);
      expect(hours.slice(7).every((wait) => wait === 24)).toBe(true);
      expect(checks.length).toBeLessThan(45);
      expect(checks.at(-1)?.refund).toMatchObject({ state: "needs_review", dueAt: undefined });
    },
  );

  test("begins with an hour again when something else came between", () => {
    let refund = record(claimedRefund(), mismatch, start);
    refund = record(refund, mismatch, start + 3 * hourMs);
    expect(refund.stalledSince).toBe(start);
    const unknownSince = record({ ...refund, stalledSince: undefined }, mismatch, start + 3 * hourMs);
    expect(unknownSince.stalledSince).toBe(start + 3 * hourMs);
    refund = record(refund, timedOut, start + 4 * hourMs);
    expect(refund.stalledSince).toBe(start + 4 * hourMs);
    refund = record({ ...refund, dueAt: start + 5 * hourMs }, mismatch, start + 5 * hourMs);
    expect(refund.dueAt).toBe(start + 5 * hourMs + longest(hourMs));
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
    expect(record(quiet, notFound, start + minuteMs).dueAt).toBe(start + minuteMs + longest(minuteMs));
    expect(record(afterFirst, refused, start + 1_000).dueAt).toBe(afterFirst.dueAt);
  });

  test("does not send a refund to review", () => {
    const spent = { ...afterFirst, firstSeenAt: start - 9 * dayMs, openRung: 35, dueAt: start + hourMs };
    expect(record(spent, processing, start + minuteMs)).toMatchObject({ state: "pending", dueAt: start + hourMs });
  });

  test("is what a question by another terminal than the confirmed one is, even when the refund is due", () => {
    const due = { ...afterFirst, confirmedTid: testTid, dueAt: start + minuteMs };
    const asked = { tid: "99999999", digest: "digest-2" };
    const other = record(due, mismatch, start + 2 * minuteMs, { asked });
    expect(other).toMatchObject({ dueAt: start + minuteMs, openRung: 1, confirmedTid: testTid, lastAsked: asked });
  });
});

describe("the terminal number", () => {
  const asked = { tid: "11111111", digest: "digest-1" };

  test.each([processing, succeeded, { kind: "unclear", cause: "unknown" } as const])(
    "is confirmed by an answer about the refund: %j",
    (reading) => {
      expect(record(claimedRefund(), reading, start, { asked }).confirmedTid).toBe("11111111");
    },
  );

  test.each([notFound, mismatch, badRequest, timedOut, locked, refused])(
    "is not confirmed by anything else: %j",
    (reading) => {
      expect(record(claimedRefund(), reading, start, { asked }).confirmedTid).toBeUndefined();
      expect(record(claimedRefund({ confirmedTid: "22222222" }), reading, start, { asked }).confirmedTid).toBe(
        "22222222",
      );
    },
  );
});

test("the terminals asked with are kept to be tried, all but the confirmed one", () => {
  const refund = claimedRefund({ tid: "22222222", askedTids: ["11111111"] });
  expect(record(refund, mismatch, start).askedTids).toEqual(["22222222", "11111111"]);
  expect(record(refund, processing, start).askedTids).toEqual(["22222222", "11111111"]);
  expect(record({ ...refund, confirmedTid: "11111111" }, mismatch, start).askedTids).toEqual(["22222222"]);
  expect(record(claimedRefund(), processing, start).askedTids).toEqual([]);
});

test("a terminal that was confirmed stays to be tried when a mistaken answer confirms another", () => {
  const right = record(claimedRefund(), processing, start);
  const wrong = { tid: "99999999", digest: "digest-2" };
  const asked = claimRefund(right, claimOf(right, { asked: wrong, now: start + minuteMs }));
  const misled = record(asked, { kind: "unclear", cause: "unknown" }, start + minuteMs, { asked: wrong });
  expect(misled).toMatchObject({ confirmedTid: "99999999", askedTids: [testTid] });
  expect(terminalsToTry(record(misled, mismatch, start + 2 * minuteMs))).toEqual(["99999999", testTid]);
});

test("over any sequence of requests and answers, none of up to four terminals is ever forgotten", () => {
  const step = fc.record({
    tid: fc.constantFrom("a", "b", "c", "d"),
    digest: fc.constantFrom("digest-1", undefined),
    reading: fc.constantFrom<Reading>(processing, { kind: "unclear", cause: "unknown" }, notFound, mismatch, timedOut),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let refund = claimedRefund({ tid: "a", askedTids: ["a"] });
      const known = new Set(["a"]);
      for (const [i, { tid, digest, reading }] of steps.entries()) {
        const now = start + i * minuteMs;
        if (digest !== undefined) {
          refund = claimRefund(refund, claimOf(refund, { asked: { tid, digest }, now }));
          known.add(tid);
        }
        const asked = { tid: digest === undefined ? terminalsToTry(refund)[0] : tid, digest };
        refund = record(refund, reading, now, { asked });
        expect(new Set(terminalsToTry(refund))).toEqual(known);
      }
    }),
  );
});

test("a request by the confirmed terminal pushes none of the others out", () => {
  const others = ["1", "2", "3", "4"];
  const known = claimedRefund({ tid: "1", confirmedTid: "confirmed", askedTids: others });
  const claimed = claimRefund(known, claimOf(known, { asked: { tid: "confirmed", digest: "digest" } }));
  expect(terminalsToTry(claimed)).toEqual(["confirmed", ...others]);
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
      matchedBy: undefined,
    });
  });

  test("a check is kept with its reading, its code, what it asked, and whether it was answered", () => {
    const check = { ...checkOf(processing), code: "PROCESSING" };
    const asked = { tid: "11111111", digest: "digest-1" };
    const refund = recordCheck(claimedRefund(), check, contextAt(start, { asked }));
    expect(refund).toMatchObject({ reading: processing, code: "PROCESSING", lastAsked: asked, isAnswered: true });
    expect(record(refund, timedOut, start).code).toBeUndefined();
  });

  test("an answer that was matched by another number is another answer", () => {
    const first = recordCheck(claimedRefund(), { ...checkOf(processing), matchedBy: "msgId" }, contextAt(start));
    const other = recordCheck(first, { ...checkOf(processing), matchedBy: "refundOrderId" }, contextAt(start));
    expect([first, other].map(({ answer }) => answer?.matchedBy)).toEqual(["msgId", "refundOrderId"]);
  });

  test("a check without an answer leaves the last one standing, and says so by its times", () => {
    const first = record(claimedRefund(), processing, start);
    const silent = record(first, timedOut, start + minuteMs);
    expect(silent).toMatchObject({ isAnswered: false, checkedAt: start + minuteMs, answer: first.answer });
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
        refund = record(refund, reading, now, { random: () => random });
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

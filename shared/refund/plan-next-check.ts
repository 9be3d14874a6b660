import type { CheckContext } from "./check-context.ts";
import { progressOf } from "./progress.ts";
import type { Reading } from "./reading.ts";
import { isAsGoodAs, isTimeUp, type Ladder, openLadderOf, stepAtAge, totalMs, withJitter } from "./recheck-ladder.ts";
import type { Refund, RefundState } from "./refund.ts";
import { blockedRetryMs, maxQuickRetryMs, quickRetryMs, refusedRetryMs } from "./retry-waits.ts";
import { mayBeWrongTerminal, provesExistence, terminalsToTry } from "./terminals.ts";

/** Upstream wants no question for a minute when it has the order locked. */
const lockedMs = 60_000;
const reviewEveryMs = 86_400_000;
/** WeChat closes a stuck refund after 7 days and a bank takes 3; after 30 nothing moves without a person. */
const giveUpAfterMs = 30 * 86_400_000;

type NotSettled = Exclude<Reading, { kind: "settled" }>;
type Plan = Pick<Refund, "state" | "dueAt" | "openRung" | "notFoundRung">;

/**
 * The state and the next check of a refund after a check that did not settle it. `stalledSince` (epoch ms) is the first check
 * of the row that has told nothing.
 *
 * Only scheduled checks take a step of a ladder, and only those that told something. A check that a partner asked for can
 * bring the next one forward alone, so that a partner who asks every few seconds does not use the ladder up.
 */
export function planNextCheck(refund: Refund, reading: NotSettled, stalledSince: number, context: CheckContext): Plan {
  const { now, ladders } = context;
  const { state, openRung, notFoundRung } = refund;
  const openLadder = openLadderOf(ladders, refund.instMid);
  const ageMs = now - refund.firstSeenAt;
  const stay: Omit<Plan, "dueAt"> = { state, openRung, notFoundRung };
  const progress = progressOf(reading);
  if (ageMs >= giveUpAfterMs && progress !== "refused_us") return { ...stay, state: "needs_review", dueAt: undefined };

  const scheduled = isScheduled(refund, reading, context);
  const notBefore = reading.kind === "unclear" && reading.cause === "locked" ? now + lockedMs : 0;
  const dueAfter = (waitMs: number) => Math.max(dueAt(refund, waitMs, scheduled, context), notBefore);
  switch (progress) {
    case "refused_us":
      return { ...stay, dueAt: dueAfter(blockedRetryMs) };
    case "refused":
      return { ...stay, dueAt: dueAfter(refusedRetryMs(now - stalledSince)) };
    case "unanswered": {
      const ladder = notFoundRung > 0 && openRung === 0 ? ladders.notFound : openLadder;
      const reviewed = state === "needs_review" || ageMs >= totalMs(ladder);
      const stepMs = reviewed ? reviewEveryMs : stepAtAge(ladder, ageMs);
      const stalledMs = now - stalledSince;
      // In an outage, short steps would have every refund asked about in vain, again and again.
      const longestMs = Math.max(stepMs, Math.min(stalledMs, maxQuickRetryMs));
      const waitMs = Math.min(longestMs, quickRetryMs(stalledMs));
      return { ...stay, state: reviewed ? "needs_review" : "pending", dueAt: dueAfter(waitMs) };
    }
    case "told": {
      const isUnknownOrder = reading.kind === "not_found";
      const ladder = isUnknownOrder ? ladders.notFound : openLadder;
      const rung = isUnknownOrder ? notFoundRung : openRung;
      const next = stateAfter(refund, reading, ladder, rung, scheduled, ageMs);
      if (next === "needs_review") return { ...stay, state: next, dueAt: dueAfter(reviewEveryMs) };
      const step = scheduled ? 1 : 0;
      return {
        state: next,
        dueAt: dueAfter(ladder[rung] ?? ladder.at(-1) ?? reviewEveryMs),
        openRung: openRung + (isUnknownOrder ? 0 : step),
        notFoundRung: notFoundRung + (isUnknownOrder ? step : 0),
      };
    }
  }
}

/**
 * True if the check was made by the schedule, or stands for the one that was due. The first one does too. A partner's does not
 * where the schedule would ask further: without the partner's own words, or by the other terminal numbers.
 */
function isScheduled(refund: Refund, reading: NotSettled, { asked, now }: CheckContext): boolean {
  const isDue = refund.checkedAt === undefined || (refund.dueAt !== undefined && refund.dueAt <= now);
  if (!isDue || asked.digest === undefined) return isDue;
  const [best, ...others] = terminalsToTry(refund);
  const isObjection = reading.kind === "blocked" && reading.by === "request";
  const isWorthAnother = others.length > 0 && mayBeWrongTerminal(reading);
  return asked.tid === best && !isObjection && !isWorthAnother;
}

/** A plan that is as good is left as it is, because the index of due refunds then need not be written. */
function dueAt(refund: Refund, waitMs: number, scheduled: boolean, { now, random }: CheckContext): number {
  const planned = refund.dueAt;
  if (planned !== undefined && isAsGoodAs(planned - now, waitMs)) return planned;
  const fresh = now + withJitter(waitMs, random);
  return scheduled ? fresh : Math.min(fresh, planned ?? fresh);
}

/**
 * A ladder is used up when its steps are, and its time is too, because a ladder that was made shorter must not hand over at
 * once what is waiting. A refund in review goes back to its ladder once it is seen to exist, while that ladder has time.
 */
function stateAfter(
  { state }: Refund,
  reading: NotSettled,
  ladder: Ladder,
  rung: number,
  scheduled: boolean,
  ageMs: number,
): RefundState {
  if (scheduled && rung >= ladder.length && isTimeUp(ladder, ageMs)) return "needs_review";
  if (state !== "needs_review") return "pending";
  return provesExistence(reading) && !isTimeUp(ladder, ageMs) ? "pending" : "needs_review";
}

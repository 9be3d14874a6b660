import type { Check } from "./check.ts";
import type { Reading } from "./reading.ts";
import { isWithinJitter, type Ladders, withJitter } from "./recheck-ladder.ts";
import type { KeptAnswer, Refund, RefundState } from "./refund.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A refusal or somebody else's answer is for people to mend; asking more often would not help them. */
const blockedRetryMs = 30 * minuteMs;
/** Upstream asks for a minute's peace when it has the order locked. */
const lockedMs = minuteMs;
const reviewEveryMs = dayMs;
/** WeChat closes a stuck refund after 7 days and a bank takes 3; after 30 nothing moves without a person. */
const giveUpAfterMs = 30 * dayMs;

export type CheckContext = { readonly now: number; readonly random: () => number; readonly ladders: Ladders };

/**
 * What a refund becomes by one check it: state, counters and the next check. It does not move a final refund.
 *
 * A check that nobody had scheduled (a partner or an operator asked) takes no step of the ladder and can only bring the
 * next check forward, so that a partner who asks every few seconds does not use the ladder up.
 */
export function recordCheck(refund: Refund, check: Check, context: CheckContext): Refund {
  const { reading } = check;
  const { now } = context;
  const counted = reading.kind === "blocked" ? 0 : 1;
  const version = refund.version + 1;
  const checked: Refund = {
    ...refund,
    version,
    reading,
    code: check.code,
    attempts: refund.attempts + counted,
    checkedAt: now,
    answeredAt: check.answer === undefined ? refund.answeredAt : now,
    answer: answerToKeep(refund.answer, check, version, now),
    lease: undefined,
  };
  if (reading.kind === "settled") return { ...checked, state: reading.outcome, dueAt: undefined };
  return { ...checked, ...planNextCheck(refund, reading, context) };
}

/** The new answer, unless there is none or it says what the last one said. */
function answerToKeep(last: KeptAnswer | undefined, check: Check, version: number, at: number): KeptAnswer | undefined {
  const { answer: fields, latencyMs, reading } = check;
  if (fields === undefined || (last !== undefined && check.isSameAnswerAs(last.fields))) return last;
  return { fields, version, at, latencyMs, reading };
}

type Plan = { state: RefundState; dueAt: number | undefined; openRung: number; notFoundRung: number };

function planNextCheck(refund: Refund, reading: Exclude<Reading, { kind: "settled" }>, context: CheckContext): Plan {
  const { now, random, ladders } = context;
  const { openRung, notFoundRung } = refund;
  const oursToMend = reading.kind === "blocked" && reading.by === "credentials";
  if (now - refund.firstSeenAt >= giveUpAfterMs && !oursToMend) {
    return { state: "needs_review", dueAt: undefined, openRung, notFoundRung };
  }

  const scheduled = refund.checkedAt === undefined || (refund.dueAt !== undefined && refund.dueAt <= now);
  const nextAfter = (waitMs: number) => {
    const planned = refund.dueAt;
    // What is planned is as good as a new plan, and the index of due refunds need not be written.
    if (planned !== undefined && isWithinJitter(planned - now, waitMs)) return planned;
    const dueAt = now + withJitter(waitMs, random);
    return scheduled ? dueAt : Math.min(dueAt, planned ?? dueAt);
  };

  if (reading.kind === "blocked" || reading.kind === "mismatch") {
    return { state: refund.state, dueAt: nextAfter(blockedRetryMs), openRung, notFoundRung };
  }

  const onNotFound = reading.kind === "not_found";
  const step = onNotFound ? ladders.notFound[notFoundRung] : ladders.open[openRung];
  if (refund.state === "needs_review" || (step === undefined && scheduled)) {
    return { state: "needs_review", dueAt: nextAfter(reviewEveryMs), openRung, notFoundRung };
  }
  const dueAt = nextAfter(step ?? reviewEveryMs);
  const locked = reading.kind === "unclear" && reading.cause === "locked";
  return {
    state: "pending",
    dueAt: locked ? Math.max(dueAt, now + lockedMs) : dueAt,
    openRung: openRung + (scheduled && !onNotFound ? 1 : 0),
    notFoundRung: notFoundRung + (scheduled && onNotFound ? 1 : 0),
  };
}

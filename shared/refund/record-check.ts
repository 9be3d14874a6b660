import type { Check } from "./check.ts";
import type { CheckContext } from "./check-context.ts";
import { evidenceAfter } from "./evidence.ts";
import { planNextCheck } from "./plan-next-check.ts";
import { progressOf } from "./progress.ts";
import type { KeptAnswer, Refund } from "./refund.ts";
import { provesExistence, terminalsBeside } from "./terminals.ts";
import { untoldAfter } from "./untold.ts";

/** What a refund becomes by one check of it: state, counters, the next check and what is to be told. A final refund is never recorded again. */
export function recordCheck(refund: Refund, check: Check, context: CheckContext): Refund {
  const { reading } = check;
  const { asked, now } = context;
  const version = refund.version + 1;
  const confirmedTid = provesExistence(reading) ? asked.tid : refund.confirmedTid;
  const checked: Refund = {
    ...refund,
    confirmedTid,
    askedTids: terminalsBeside(confirmedTid, refund),
    version,
    reading,
    code: check.code,
    lastAsked: asked,
    attempts: refund.attempts + (reading.kind === "blocked" ? 0 : 1),
    checkedAt: now,
    seenOpenAt: reading.kind !== "settled" && progressOf(reading) === "told" ? now : refund.seenOpenAt,
    isAnswered: check.answer !== undefined,
    stalledSince: stalledSince(refund, check, now),
    evidence: evidenceAfter(refund.evidence, check, now),
    sentMsgId: check.upstreamMsgId,
    answer: answerToKeep(refund.answer, check, version, now),
    lease: undefined,
  };
  const recorded: Refund =
    reading.kind === "settled"
      ? { ...checked, state: reading.outcome, dueAt: undefined }
      : { ...checked, ...planNextCheck(refund, reading, checked.stalledSince ?? now, context) };
  return { ...recorded, untold: untoldAfter(refund, recorded, now) };
}

/** The first check of the row, up to this one, that has told nothing in the same way. */
function stalledSince({ reading, stalledSince }: Refund, check: Check, now: number): number | undefined {
  const progress = progressOf(check.reading);
  if (progress === "told") return undefined;
  const isSameAsBefore = reading !== undefined && progressOf(reading) === progress;
  return isSameAsBefore ? (stalledSince ?? now) : now;
}

/** The new answer, unless there is none or it says what the last one said. */
function answerToKeep(last: KeptAnswer | undefined, check: Check, version: number, at: number): KeptAnswer | undefined {
  const { answer: fields, latencyMs, reading, matchedBy } = check;
  if (fields === undefined) return last;
  if (last !== undefined && last.matchedBy === matchedBy && check.isSameAnswerAs(last.fields)) return last;
  return { fields, version, at, latencyMs, reading, matchedBy };
}

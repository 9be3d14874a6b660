import { readingWord } from "../shared/refund/reading-word.ts";
import type { KeptAnswer, Refund } from "../shared/refund/refund.ts";
import type { Verification } from "../shared/refund/verification.ts";
import { evidenceJson } from "./format-evidence.ts";
import { isoInstant } from "./format-time.ts";
import type { RecordedRefund } from "./recorded-refund.ts";

/** A refund for programs. Instants are in ISO 8601. */
export function refundJson(refund: Refund): object {
  const { mid, instMid, merOrderId, tid, state, attempts, partners, code } = refund;
  return {
    mid,
    instMid,
    merOrderId,
    tid,
    state,
    reading: refund.reading === undefined ? null : readingWord(refund.reading),
    code: code ?? null,
    attempts,
    partners,
    firstSeenAt: isoInstant(refund.firstSeenAt),
    checkedAt: isoInstant(refund.checkedAt),
    upstreamMsgId: refund.sentMsgId ?? null,
    evidence: refund.evidence.map(evidenceJson),
    nextCheckAt: isoInstant(refund.dueAt),
  };
}

/** A refund of a list, or the key of one that cannot be read and what is wrong with it. */
export function recordedJson(recorded: RecordedRefund): object {
  if (recorded.kind === "readable") return refundJson(recorded.refund);
  const { mid, instMid, merOrderId, problem } = recorded.refund;
  return { mid, instMid, merOrderId, state: "unreadable", problem };
}

export function answerJson({ at, latencyMs, reading, fields }: KeptAnswer): object {
  return { at: isoInstant(at), latencyMs, reading: readingWord(reading), answer: fields };
}

export function verificationJson(verification: Verification): object {
  const { at, latencyMs, reading, code, matchedBy, contradicts, fields } = verification;
  return {
    at: isoInstant(at),
    latencyMs,
    reading: readingWord(reading),
    code: code ?? null,
    matchedBy: matchedBy ?? null,
    contradicts,
    answer: fields,
  };
}

import type { MatchedBy } from "../../refund/check.ts";
import type { Question } from "../../refund/question.ts";

/** Whether an answer is about the refund that was asked for, and by which number that is known. */
export type AnswerMatch =
  | { readonly kind: "match"; readonly by: MatchedBy }
  | { readonly kind: "mismatch" }
  | { readonly kind: "unknown" };

/** The members that name a refund, as they were read. */
export const identityMembers = ["mid", "tid", "refundOrderId", "merOrderId"] as const;
export type AnswerIdentity = Readonly<Record<(typeof identityMembers)[number], string | undefined>>;

const mismatch: AnswerMatch = { kind: "mismatch" };
const unknown: AnswerMatch = { kind: "unknown" };

/**
 * Matches an answer to the question that was sent with `msgId`; `said` is the answer before it was read.
 *
 * ChinaUMS gives the refund's number as `refundOrderId` beside the payment's as `merOrderId`. Its own sample has them the
 * other way round, so either may be the number asked. Source: docs/protocol.md.
 */
export function matchAnswerToRefund(
  answer: AnswerIdentity,
  said: Readonly<Record<string, unknown>>,
  question: Question,
  msgId: string,
): AnswerMatch {
  const { mid, tid, refundOrderId, merOrderId } = answer;
  if (differs(mid, question.mid) || differs(tid, question.tid)) return mismatch;
  const by =
    refundOrderId === question.merOrderId ? "refundOrderId" : merOrderId === question.merOrderId && "merOrderId";
  const hasNumber = Boolean(refundOrderId || merOrderId);
  if (hasNumber && !by) return mismatch;
  const unreadable = identityMembers.some((name) => answer[name] === undefined && (said[name] ?? "") !== "");
  if (!mid || unreadable) return unknown;
  if (by) return { kind: "match", by };
  return said.msgId === msgId ? { kind: "match", by: "msgId" } : unknown;
}

function differs(said: string | undefined, asked: string): boolean {
  return said !== undefined && said !== "" && said !== asked;
}

import { answersQuestion } from "./answers-question.ts";
import type { Asked } from "./asked.ts";
import { isFinal, isLeased, type Refund } from "./refund.ts";

/** Of a request, what decides whether a refund on record is answered from the record. Instants are epoch ms. */
export type ClaimTerms = {
  readonly asked: Asked;
  readonly now: number;
  /** An answer given since this instant is recent enough to be given again. */
  readonly recentSince: number;
  /** A check made since this instant, when the request came, is as good as one of its own, whatever it gave. */
  readonly arrivedAt: number;
};

/**
 * What a request does with a refund on record: answers from the record, waits for the check that is under way, or claims
 * the refund to check it itself.
 */
export function decideClaim(refund: Refund, terms: ClaimTerms): "record" | "wait" | "claim" {
  if (isFinal(refund.state) || refund.stateIsNewer) return "record";
  const { checkedAt, isAnswered } = refund;
  const answeredRecently = isAnswered && checkedAt !== undefined && checkedAt >= terms.recentSince;
  const checkedMeanwhile = checkedAt !== undefined && checkedAt >= terms.arrivedAt;
  if ((answeredRecently || checkedMeanwhile) && answersQuestion(refund, terms.asked)) return "record";
  return isLeased(refund, terms.now) ? "wait" : "claim";
}

import { productMembers } from "../../refund/product.ts";
import type { Question } from "../../refund/question.ts";
import { dashedBeijingTime } from "../beijing-time.ts";

/**
 * The body of a refund query that is sent at `now` (epoch ms).
 * `msgId` must be our own and used once, because an answer without order numbers is matched by it alone.
 */
export function buildRefundQuery(question: Question, now: number, msgId: string): object {
  const { merOrderId, instMid, mid, tid, srcReserve } = question;
  const product = productMembers(instMid);
  return { requestTimestamp: dashedBeijingTime(now), merOrderId, ...product, mid, tid, msgId, srcReserve };
}

import { isFinal, type Refund } from "../refund/refund.ts";
import { isoInstant } from "./iso-instant.ts";

/** Our own member of an answer: how far the refund has come, by which number ChinaUMS's answer was matched, and what comes next. */
export function recheckMember(refund: Refund, source: "upstream" | "record") {
  const final = isFinal(refund.state);
  return {
    state: refund.state,
    final,
    checkedAt: isoInstant(refund.checkedAt),
    nextCheckAt: isoInstant(refund.dueAt),
    attempts: refund.attempts,
    source,
    matchedBy: refund.answer?.matchedBy,
    /** The refund order number of the answer that proved the end. */
    refundOrderId: final ? refund.answer?.fields.refundOrderId : undefined,
  };
}

import { isFinal, type Refund } from "../refund/refund.ts";
import { isoInstant } from "./iso-instant.ts";

/** How long nine in ten refunds of a product take from when they are first seen, in ms; a product without enough history is absent. */
export type ExpectedWaits = Readonly<Record<string, number>>;

/** Our own member of an answer: how far the refund has come, by which number ChinaUMS's answer was matched, and what comes next. */
export function recheckMember(refund: Refund, source: "upstream" | "record", expectedWaits: ExpectedWaits) {
  const final = isFinal(refund.state);
  return {
    state: refund.state,
    final,
    checkedAt: isoInstant(refund.checkedAt),
    nextCheckAt: isoInstant(refund.dueAt),
    expectedBy: final ? undefined : expectedBy(refund, expectedWaits),
    attempts: refund.attempts,
    source,
    matchedBy: refund.answer?.matchedBy,
    /** The refund order number of the answer that proved the end. */
    refundOrderId: final ? refund.answer?.fields.refundOrderId : undefined,
  };
}

function expectedBy({ instMid, firstSeenAt }: Refund, expectedWaits: ExpectedWaits): string | undefined {
  // A partner names the product, and `constructor` is none.
  const waitMs = Object.hasOwn(expectedWaits, instMid) ? expectedWaits[instMid] : undefined;
  return waitMs === undefined ? undefined : isoInstant(firstSeenAt + waitMs);
}

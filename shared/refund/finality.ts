import type { Outcome } from "./reading.ts";

/** The four things that must all be true of an answer before it ends a refund. */
export type FinalityEvidence = {
  /** The HTTP status was 2xx. */
  readonly httpOk: boolean;
  /** `errCode` said that the query was answered. */
  readonly answered: boolean;
  /** The answer names our merchant, our terminal if any, and our order number. */
  readonly aboutThisRefund: boolean;
  /** The refund's own status word is one of the two that end it. */
  readonly outcome: Outcome | undefined;
};

/**
 * The outcome that the evidence proves, or undefined. There is no other way to a final state.
 * Source: the protocol's rule of four parts, docs/protocol.md.
 */
export function provenOutcome(evidence: FinalityEvidence): Outcome | undefined {
  return evidence.httpOk && evidence.answered && evidence.aboutThisRefund ? evidence.outcome : undefined;
}

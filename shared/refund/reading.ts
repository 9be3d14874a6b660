/** How a refund ended: the customer has the money, or will not get it by this refund. */
export type Outcome = "succeeded" | "failed";

/**
 * The documented members of one upstream answer, bank card masked. The domain keeps and passes them, and reads none. One whose
 * value is undefined is none as soon as this is JSON, which is all that becomes of it.
 */
export type AnswerFields = Readonly<Record<string, string | number | undefined>>;

/**
 * Why an answer leaves us as wise as before.
 * - `timeout`, `unreachable`, `unreadable`: no answer that could be read
 * - `gateway`: readable, but the gateway failed before the business system saw the question
 * - `transient`: upstream or the channel failed this call
 * - `locked`: upstream has the order locked and wants to be left alone for a minute
 * - `unknown`: upstream itself says that it does not know
 * - `unfamiliar`: a code or word that this project has never seen
 */
export type UnclearCause =
  | "timeout"
  | "unreachable"
  | "unreadable"
  | "gateway"
  | "transient"
  | "locked"
  | "unknown"
  | "unfamiliar";

/** What upstream objects to: who we are, how the merchant or we are set up, or this one request. */
export type BlockedBy = "credentials" | "configuration" | "request";

/** What one check a refund tells. Only `settled` moves money state; it is made by the finality rule alone. */
export type Reading =
  | { readonly kind: "settled"; readonly outcome: Outcome }
  | { readonly kind: "processing" }
  | { readonly kind: "not_found" }
  | { readonly kind: "unclear"; readonly cause: UnclearCause }
  | { readonly kind: "blocked"; readonly by: BlockedBy }
  | { readonly kind: "mismatch" };

/** One check a refund: what it tells, and what may be kept and shown of the answer. */
export type Check = {
  readonly reading: Reading;
  /** Upstream's code or word, when it has the form of one; safe to log. */
  readonly code: string | undefined;
  /** Present only when upstream answered this question, so that it may be shown to whoever may ask it. */
  readonly answer: AnswerFields | undefined;
  /** Whether this answer says what an earlier one said, whenever and to whomever it was said. */
  readonly isSameAnswerAs: (earlier: AnswerFields) => boolean;
  /** The message number sent upstream, which their support asks for; absent when nothing was sent. */
  readonly upstreamMsgId: string | undefined;
  /** From the first byte sent to the last one read, retries included, in ms. */
  readonly latencyMs: number;
};

import type { CameBack } from "./evidence.ts";
import type { Reading } from "./reading.ts";

/**
 * The documented members of one upstream answer, card numbers masked. The domain keeps and passes them, and reads none.
 * A member whose value is undefined is absent as soon as this is JSON.
 */
export type AnswerFields = Readonly<Record<string, string | number | undefined>>;

/** By which number an answer was known to be about our refund. */
export const matchNumbers = ["refundOrderId", "merOrderId", "msgId"] as const;
export type MatchedBy = (typeof matchNumbers)[number];

/** One check of a refund: what it tells, and what may be kept and shown of the answer. */
export type Check = {
  readonly reading: Reading;
  /** Upstream's code or word, when it has the form of one; safe to log. */
  readonly code: string | undefined;
  /** Present only when upstream answered this question, so that it may be shown to whoever may ask it. */
  readonly answer: AnswerFields | undefined;
  /** The number that the answer was matched by; absent where it did not match. */
  readonly matchedBy: MatchedBy | undefined;
  /** True if this answer says what an earlier one said, whenever and to whomever it was said. */
  readonly isSameAnswerAs: (earlier: AnswerFields) => boolean;
  /** The message number sent upstream, which their support asks for; absent when nothing was sent. */
  readonly upstreamMsgId: string | undefined;
  /** What came in place of an answer that can be shown; absent where there is one, and where nothing came. */
  readonly cameBack: CameBack | undefined;
  /** From the first byte sent to the last one read, retries included, in ms. */
  readonly latencyMs: number;
};

import type { AnswerFields, Check } from "../../shared/refund/check.ts";
import { checkMs, type Question } from "../../shared/refund/question.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import type { RequestKey } from "../../shared/refund/refund-store.ts";

/** What a partner asks, as the use case is asked. */
export type StatusRequest = {
  readonly question: Question;
  /** Digest of all that is asked: requests with the same one may share an answer. */
  readonly payloadDigest: string;
  readonly partnerId: string;
  /** The key that the partner chose, if any. */
  readonly key: Omit<RequestKey, "expiresAt"> | undefined;
  /** Until when (epoch ms) this function instance can act at all; the lease ends then. */
  readonly endsAt: number;
};

export type StatusResult =
  | {
      readonly kind: "answered";
      readonly refund: Refund;
      /** The check itself where this request made it; a record tells its last check by the refund. */
      readonly check: Check | undefined;
      /** The refund before this request's own check; absent where another writer came first. */
      readonly before?: Refund | undefined;
      readonly answer: AnswerFields | undefined;
      readonly source: "upstream" | "record";
      /** The same key has been used for this before, and the answer is final. */
      readonly replayed: boolean;
      readonly keyExpiresAt: number | undefined;
    }
  | { readonly kind: "in_flight"; readonly refund: Refund | undefined; readonly retryAfterMs: number }
  | { readonly kind: "key_reused" };

/** How long things take and last, in ms. */
export type StatusTimes = {
  /** Both tries upstream together. */
  readonly checkMs: number;
  /** How long a request waits for another one that checks the same refund. */
  readonly concurrentCheckMs: number;
  /** How long an answer that is not final is given again without a check. */
  readonly recentMs: number;
  readonly keyMs: number;
};

export const defaultTimes: StatusTimes = {
  checkMs,
  concurrentCheckMs: 12_000,
  recentMs: 10_000,
  keyMs: 72 * 3_600_000,
};

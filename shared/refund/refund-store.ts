import type { AnswerFields } from "./reading.ts";
import type { Lease, Refund, RefundIdentity, RefundState } from "./refund.ts";

/** A partner's idempotency key as it is remembered: it fixes which request it stands for, never a non-final answer. */
export type RequestKey = {
  /** Names the key among all keys of all partners; a digest, never the partner's own text. */
  readonly id: string;
  /** What the request asks, so that the same key with another request is noticed. */
  readonly payloadDigest: string;
  /** Epoch ms; after it the key is as good as new. */
  readonly expiresAt: number;
};

export type Claim = {
  /** What is written when nothing is known of the refund yet, the lease included. */
  readonly fresh: Refund;
  readonly lease: Lease;
  readonly partnerId: string;
  readonly key: RequestKey;
  readonly now: number;
  /** An answer given since this instant is recent enough to be given again without asking. */
  readonly recentSince: number;
  /** A look made since this instant, when the request came, is as good as one of its own, whatever it gave. */
  readonly arrivedAt: number;
};

export type ClaimResult =
  /** The refund is ours to ask about until the lease ends. */
  | { readonly kind: "claimed"; readonly refund: Refund; readonly keyExpiresAt: number }
  /** Final, or answered a moment ago: the record answers. The expiry is there when the key was known already. */
  | { readonly kind: "recorded"; readonly refund: Refund; readonly keyExpiresAt: number | undefined }
  /** Somebody else is asking right now. */
  | { readonly kind: "in_flight"; readonly refund: Refund | undefined; readonly keyExpiresAt: number | undefined }
  | { readonly kind: "key_reused" };

/** `superseded` carries the record that another writer has left; it is newer than what was to be written. */
export type SettleResult = { readonly kind: "settled" } | { readonly kind: "superseded"; readonly refund: Refund };

/** An answer to be kept beside the refund; there is one an item, told apart by the version that brought it. */
export type KeptAnswer = { readonly fields: AnswerFields; readonly latencyMs: number };

export type RecordedRefund = { readonly refund: Refund; readonly lastAnswer: AnswerFields | undefined };

/** What the request of a partner needs remembered. */
export interface RefundStore {
  /** Takes the refund's lease and remembers the key, both or neither, in one step. */
  claim(claim: Claim): Promise<ClaimResult>;
  /**
   * Writes `after` over `before`, with the answer if it is a new one, unless `before` is no longer what is stored.
   * `allowedFrom` are the states that may precede the new one.
   */
  settle(write: {
    before: Refund;
    after: Refund;
    allowedFrom: readonly RefundState[];
    newAnswer: KeptAnswer | undefined;
  }): Promise<SettleResult>;
  /** The refund and the last answer about it, as of now. */
  read(identity: RefundIdentity): Promise<RecordedRefund | undefined>;
  /** Remembers a key whose request the record has answered. */
  rememberKey(
    key: RequestKey,
    refund: RefundIdentity,
    now: number,
  ): Promise<{ kind: "remembered"; expiresAt: number } | { kind: "key_reused" }>;
}

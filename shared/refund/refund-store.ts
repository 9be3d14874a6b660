import type { KeptAnswer, Lease, Refund, RefundIdentity, RefundState, RememberedKey } from "./refund.ts";

/**
 * What a request is remembered by: it fixes which request it stands for, never a non-final answer. One that the partner chose
 * has a record of its own; one made up for a request without is of use within its refund only, and is remembered there.
 */
export type RequestKey = RememberedKey & {
  /** The partner chose it, so that using it for something else must be noticed, also for another refund. */
  readonly chosen: boolean;
  /** What the request asks. */
  readonly payloadDigest: string;
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
  /** A check made since this instant, when the request came, is as good as one of its own, whatever it gave. */
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

/** The answer that a write of the refund puts another in the place of; it is kept beside the refund. */
export function replacedAnswer(before: Refund, after: Refund): KeptAnswer | undefined {
  return before.answer?.version === after.answer?.version ? undefined : before.answer;
}

/** What the request of a partner needs remembered. */
export interface RefundStore {
  /** Takes the refund's lease and remembers the key, both or neither, in one step. */
  claim(claim: Claim): Promise<ClaimResult>;
  /**
   * Writes `after` over `before`, unless `before` is no longer what is stored, and keeps the answer that it replaces.
   * `allowedFrom` are the states that may precede the new one.
   */
  settle(write: { before: Refund; after: Refund; allowedFrom: readonly RefundState[] }): Promise<SettleResult>;
  /** The refund as of now. */
  read(identity: RefundIdentity): Promise<Refund | undefined>;
  /** Remembers a key that the partner chose, where the record has answered the request. */
  rememberKey(
    key: RequestKey,
    refund: RefundIdentity,
    now: number,
  ): Promise<{ kind: "remembered"; expiresAt: number } | { kind: "key_reused" }>;
}

import type { ClaimTerms } from "./decide-claim.ts";
import type { KeptAnswer, Lease, Refund, RefundIdentity } from "./refund.ts";

/** A key that a partner chose: it fixes which request it stands for, never an answer that is not final. */
export type RequestKey = {
  readonly id: string;
  /** What the request asks. */
  readonly payloadDigest: string;
  /** Epoch ms; after it the key is as good as new. */
  readonly expiresAt: number;
};

export type Claim = ClaimTerms & {
  readonly identity: RefundIdentity;
  readonly lease: Lease;
  readonly partnerId: string;
  readonly key: RequestKey | undefined;
  /** When the refund is due if it was not on record, or not due. Epoch ms. */
  readonly dueAt: number;
};

export type ClaimResult =
  /** The refund is ours to check until the lease ends. */
  | { readonly kind: "claimed"; readonly refund: Refund; readonly keyExpiresAt: number | undefined }
  /** Final, or answered a moment ago: the record answers. The expiry is there when the key was known already. */
  | { readonly kind: "recorded"; readonly refund: Refund; readonly keyExpiresAt: number | undefined }
  /** Somebody else is checking right now. */
  | { readonly kind: "in_flight"; readonly refund: Refund | undefined; readonly keyExpiresAt: number | undefined }
  | { readonly kind: "key_reused" };

/** `superseded` carries the record that another writer has left; it is newer than what was to be written. */
export type SettleResult = { readonly kind: "settled" } | { readonly kind: "superseded"; readonly refund: Refund };

/** The answer that a write of the refund puts another in the place of; it is kept beside the refund. */
export function replacedAnswer(before: Refund, after: Refund): KeptAnswer | undefined {
  return before.answer?.version === after.answer?.version ? undefined : before.answer;
}

/**
 * What the request of a partner needs of the record.
 * Every method throws an `UnavailableError` when the record cannot be reached, or cannot be read by this version.
 */
export interface RefundStore {
  /** Takes the refund's lease and remembers the key, both or neither, in one step. */
  claim(claim: Claim): Promise<ClaimResult>;
  /** Writes `after` over `before`, unless `before` is no longer what is stored, and keeps the answer that it replaces. */
  settle(write: { readonly before: Refund; readonly after: Refund }): Promise<SettleResult>;
  /** The refund as of now. */
  read(identity: RefundIdentity): Promise<Refund | undefined>;
  /** Remembers a key that the partner chose, where the record has answered the request. */
  rememberKey(
    key: RequestKey,
    refund: RefundIdentity,
    now: number,
  ): Promise<{ kind: "remembered"; expiresAt: number } | { kind: "key_reused" }>;
}

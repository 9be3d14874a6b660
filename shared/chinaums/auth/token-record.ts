import type { Reading } from "../../refund/reading.ts";

/** A token that the platform has issued. Instants are epoch ms. */
export type AccessToken = {
  readonly value: string;
  /** When it was asked for, so no later than its life began. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Rejected before this, it is not replaced: it took the place of a rejected one itself, so the token is not the trouble. */
  readonly replaceableAt: number;
};

/** What the last try to get a token came to instead, and when. */
export type TokenFailure = { readonly at: number; readonly reading: Reading; readonly code: string };

/** What all instances know of the token of one AppId. */
export type TokenRecord = {
  /** Grows with every write. */
  readonly version: number;
  readonly token: AccessToken | undefined;
  /** Until then one instance is getting a new one; 0 when none is. */
  readonly leaseUntil: number;
  readonly failure: TokenFailure | undefined;
};

/** Where the records are, one an AppId. */
export interface TokenStore {
  /** What is on record right now. @throws when that cannot be known */
  read(appId: string): Promise<TokenRecord | undefined>;
  /**
   * Puts a record in the place of the one with version `before`, undefined for none, and tells whether that was still there.
   * @throws when that cannot be known
   */
  replace(appId: string, before: number | undefined, after: TokenRecord): Promise<boolean>;
}

/** So long before its end a token is not used any more: it has to last until the platform has read it. */
const spareMs = 15_000;
/** Begins to be replaced so long before its end: at 5 min hundreds of calls may find the platform down and hurt nobody. */
const refreshMs = 5 * 60_000;
/** A failure speaks for everybody for so long, so that a platform in trouble is not asked by every instance in turn. */
const failureMs = 2_000;

/** Whether a token may still be called with. */
export function isUsable(token: AccessToken, now: number): boolean {
  return now < token.expiresAt - Math.min(spareMs, lifeOf(token) / 10);
}

/** From when on this instance sees to a newer token. Half is chance: the first who comes refreshes, the others find it done. */
export function refreshFrom(token: AccessToken, random: () => number): number {
  return token.expiresAt - Math.min(refreshMs, lifeOf(token) / 4) * (0.5 + 0.5 * random());
}

/** Whether some instance is getting a token. */
export function isLeased(record: TokenRecord | undefined, now: number): boolean {
  return record !== undefined && now < record.leaseUntil;
}

/** The failure that answers for whoever has been waiting since `since`, or comes right after it. */
export function sharedFailure(record: TokenRecord | undefined, since: number, now: number): TokenFailure | undefined {
  const failure = record?.failure;
  return failure !== undefined && (failure.at >= since || now < failure.at + failureMs) ? failure : undefined;
}

function lifeOf({ issuedAt, expiresAt }: AccessToken): number {
  return expiresAt - issuedAt;
}

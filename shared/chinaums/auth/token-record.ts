import type { Reading } from "../../refund/reading.ts";
import type { Lease } from "../../refund/refund.ts";

/** A token that ChinaUMS has issued. Instants are epoch ms. */
export type AccessToken = {
  readonly value: string;
  /** When it was asked for; its life began no earlier. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /**
   * Rejected before this instant, it is not replaced. It has replaced a rejected one itself, so another token would be
   * rejected too.
   */
  readonly replaceableAt: number;
};

/** Why and when the last try to get a token failed. */
export type TokenFailure = { readonly at: number; readonly reading: Reading; readonly code: string };

/** What all instances know about the token of one AppId. */
export type TokenRecord = {
  /** Grows with every write. */
  readonly version: number;
  readonly token: AccessToken | undefined;
  /** Held by the instance that is getting a new token. It ends by itself when that instance dies. */
  readonly lease: Lease | undefined;
  readonly failure: TokenFailure | undefined;
};

/** Keeps one record for each AppId. */
export interface TokenStore {
  /** The record as it stands now. @throws when the store cannot be read */
  read(appId: string): Promise<TokenRecord | undefined>;
  /**
   * Replaces the record of version `before`, or writes the first one where `before` is undefined. True if `after` is stored
   * now; false if another instance has written first.
   * @throws when the result cannot be known
   */
  replace(appId: string, before: number | undefined, after: TokenRecord): Promise<boolean>;
}

/** A token is not used in the last moments of its life, because it must last until ChinaUMS has read it. */
const spareMs = 15_000;
/** A token is refreshed this long before its end. ChinaUMS may be down for minutes meanwhile, and no check fails. */
const refreshMs = 5 * 60_000;
/** A failure counts for all instances this long, so that they do not all ask a platform in trouble. */
const failureMs = 2_000;

/** True while a token may be used for calls. */
export function isUsable(token: AccessToken, now: number): boolean {
  return now < token.expiresAt - Math.min(spareMs, lifeOf(token) / 10);
}

/** When this instance begins to refresh a token (epoch ms). Half of the margin is chance, so that mostly one instance refreshes. */
export function refreshFrom(token: AccessToken, random: () => number): number {
  return token.expiresAt - Math.min(refreshMs, lifeOf(token) / 4) * (0.5 + 0.5 * random());
}

/** True while an instance is getting a token. */
export function isLeased(record: TokenRecord | undefined, now: number): boolean {
  return record?.lease !== undefined && now < record.lease.until;
}

/** The failure that counts for a call that has waited since `since` (epoch ms), or that comes right after it. */
export function sharedFailure(record: TokenRecord | undefined, since: number, now: number): TokenFailure | undefined {
  const failure = record?.failure;
  return failure !== undefined && (failure.at >= since || now < failure.at + failureMs) ? failure : undefined;
}

function lifeOf({ issuedAt, expiresAt }: AccessToken): number {
  return expiresAt - issuedAt;
}

import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/** What a partner's token says: whose it is, and when it was issued (epoch seconds). */
export type PartnerToken = { readonly appId: string; readonly issuedAt: number; readonly mac: string };

/** What tokens announce, in seconds. ChinaUMS's own last an hour. */
export const announcedSeconds = 3_600;
/** What they are honoured for, because a widespread client keeps a token for 7,200 s whatever was announced. */
const honouredSeconds = 2.25 * 3_600;
/** Clocks of two instances may differ by this much. */
const skewSeconds = 60;

/** 128 bits in Base64, which nobody guesses. */
const macLength = 22;
const form = new RegExp(`^(.{1,128})\\.([0-9a-z]{1,9})\\.([\\w-]{${macLength}})$`);

/**
 * A token for the partner that has shown one of its keys: AppId and time of issue, with a MAC by a key that comes from that
 * AppKey alone. So it needs no table, and ends with the AppKey.
 */
export function newPartnerToken(appId: string, appKey: string, now: number): string {
  const said = `${appId}.${Math.floor(now / 1000).toString(36)}`;
  return `${said}.${macOf(said, appKey)}`;
}

/** Reads a token. Undefined for text that has not the form of one. */
export function readPartnerToken(text: string): PartnerToken | undefined {
  const [, appId, issuedAt, mac] = form.exec(text) ?? [];
  if (appId === undefined || issuedAt === undefined || mac === undefined) return undefined;
  return { appId, issuedAt: Number.parseInt(issuedAt, 36), mac };
}

/** True for a token of that age, whoever has made it. `now` is in epoch ms. */
export function isInTime({ issuedAt }: PartnerToken, now: number): boolean {
  const ageSeconds = now / 1000 - issuedAt;
  return ageSeconds >= -skewSeconds && ageSeconds < honouredSeconds;
}

/** True if the token was made for that AppKey. The comparison takes constant time. */
export function isTokenOf(appKey: string, { appId, issuedAt, mac }: PartnerToken): boolean {
  const expected = Buffer.from(macOf(`${appId}.${issuedAt.toString(36)}`, appKey));
  const given = Buffer.from(mac);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** By a key of its own for tokens, so that no signature is ever a token. Source: RFC 5869 for the key, RFC 2104 §5 for its length. */
function macOf(said: string, appKey: string): string {
  const key = Buffer.from(hkdfSync("sha256", appKey, "", "refund-status partner token", 32));
  return createHmac("sha256", key).update(said).digest("base64url").slice(0, macLength);
}

import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { compactBeijingTime } from "../beijing-time.ts";
import { readAuthorization } from "./authorization-header.ts";
import type { KeyPair } from "./key-pair.ts";

/** The parameters of an OPEN-BODY-SIG header. */
export type OpenBodySig = {
  readonly appId: string;
  /** 14 digits, Beijing time. */
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: string;
};

/**
 * The OPEN-BODY-SIG signature: Base64 of HMAC-SHA256, keyed with the AppKey's text, over AppId, Timestamp, Nonce and the
 * lower-case hex SHA-256 of the body's bytes. Method and path are not signed.
 * Source: ChinaUMS developer centre, docs/protocol.md.
 */
export function openBodySignature(pair: KeyPair, timestamp: string, nonce: string, body: Uint8Array | string): string {
  const toSign = pair.appId + timestamp + nonce + hash("sha256", body, "hex");
  return createHmac("sha256", pair.appKey).update(toSign, "utf8").digest("base64");
}

/** The Authorization header of a call with exactly this body, sent at `now` (epoch ms). */
export function signBody(pair: KeyPair, body: Uint8Array | string, now: number, nonce: string): string {
  const timestamp = compactBeijingTime(now);
  const signature = openBodySignature(pair, timestamp, nonce, body);
  return `OPEN-BODY-SIG AppId="${pair.appId}",Timestamp="${timestamp}",Nonce="${nonce}",Signature="${signature}"`;
}

/** Reads an Authorization header, with any white space around commas and `=`. Undefined for any other header. */
export function readOpenBodySig(header: string): OpenBodySig | undefined {
  const found = readAuthorization(header, "OPEN-BODY-SIG", "quoted");
  const [appId, timestamp, nonce, signature] = ["appid", "timestamp", "nonce", "signature"].map((n) => found?.get(n));
  if (!appId || !timestamp || !nonce || !signature || nonce.length > 128) return undefined;
  return { appId, timestamp, nonce, signature };
}

/** True if `sig` was made with `appKey` over exactly these bytes. The comparison takes constant time. */
export function isSignedWith(appKey: string, sig: OpenBodySig, body: Uint8Array | string): boolean {
  const pair = { appId: sig.appId, appKey };
  const expected = Buffer.from(openBodySignature(pair, sig.timestamp, sig.nonce, body));
  const given = Buffer.from(sig.signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

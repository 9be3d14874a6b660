import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { compactBeijingTime } from "../beijing-time.ts";

/** The pair that the platform hands out: who signs, and with what. */
export type Credentials = { readonly appId: string; readonly appKey: string };

/** What an OPEN-BODY-SIG header says. */
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
export function openBodySignature(
  credentials: Credentials,
  timestamp: string,
  nonce: string,
  body: Uint8Array | string,
): string {
  const toSign = credentials.appId + timestamp + nonce + hash("sha256", body, "hex");
  return createHmac("sha256", credentials.appKey).update(toSign, "utf8").digest("base64");
}

/** The Authorization header for a body that is sent at `now` (epoch ms), byte for byte as it is given here. */
export function signBody(credentials: Credentials, body: Uint8Array | string, now: number, nonce: string): string {
  const timestamp = compactBeijingTime(now);
  const signature = openBodySignature(credentials, timestamp, nonce, body);
  return `OPEN-BODY-SIG AppId="${credentials.appId}",Timestamp="${timestamp}",Nonce="${nonce}",Signature="${signature}"`;
}

const scheme = /^\s*OPEN-BODY-SIG\s+(.*)$/is;
const parameter = /\s*([A-Za-z]+)\s*=\s*"([^"]*)"\s*(?:,|$)/y;

/** Reads an Authorization header with any white space around its commas and signs of equality, or gives undefined. */
export function readOpenBodySig(header: string): OpenBodySig | undefined {
  const list = scheme.exec(header)?.[1]?.trim();
  if (list === undefined) return undefined;
  const found = new Map<string, string>();
  parameter.lastIndex = 0;
  while (parameter.lastIndex < list.length) {
    const [, name, value] = parameter.exec(list) ?? [];
    if (name === undefined || value === undefined || found.has(name.toLowerCase())) return undefined;
    found.set(name.toLowerCase(), value);
  }
  const [appId, timestamp, nonce, signature] = ["appid", "timestamp", "nonce", "signature"].map((n) => found.get(n));
  if (!appId || !timestamp || !nonce || !signature || nonce.length > 128) return undefined;
  return { appId, timestamp, nonce, signature };
}

/** Whether `sig` was made with `appKey` over exactly these bytes; compared in constant time. */
export function isSignedWith(appKey: string, sig: OpenBodySig, body: Uint8Array | string): boolean {
  const credentials = { appId: sig.appId, appKey };
  const expected = Buffer.from(openBodySignature(credentials, sig.timestamp, sig.nonce, body));
  const given = Buffer.from(sig.signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

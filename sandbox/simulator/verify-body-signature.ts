import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { fromBeijingDigits } from "./beijing-time.ts";
import type { Credentials } from "./platform.ts";

/** Whether a call is let in. The caller gets `errInfo`; the received calls show the `reason`. */
export type Verification = { verified: true } | { verified: false; reason: string; errInfo: string };

type SignedCall = { authorization: string; body: Buffer; credentials: Credentials; nowMs: number };

const windowMs = 5 * 60 * 1000;
const longestNonce = 128;

/**
 * Checks an `OPEN-BODY-SIG` Authorization header against the raw bytes of the body, in this order: the header can be read,
 * the Timestamp is 14 digits of Beijing time within 5 minutes of now, the Nonce has 1 to 128 characters, and AppId and
 * Signature are right for one of the accepted keys. Source: chapter "平台认证方式" of the open platform.
 */
export function verifyBodySignature({ authorization, body, credentials, nowMs }: SignedCall): Verification {
  const header = readParameters(authorization);
  const { AppId, Timestamp, Nonce, Signature } = header;
  if (AppId === undefined || Timestamp === undefined || Nonce === undefined || Signature === undefined) {
    return refused("the header does not hold AppId, Timestamp, Nonce and Signature, once each and quoted");
  }
  const signedAtMs = fromBeijingDigits(Timestamp);
  if (signedAtMs === null) return refused("the Timestamp is not yyyyMMddHHmmss", "Timestamp解析失败");
  if (Math.abs(nowMs - signedAtMs) > windowMs) {
    return refused("the Timestamp is more than 5 minutes away from now, Beijing time");
  }
  if (Nonce.length < 1 || Nonce.length > longestNonce) return refused("the Nonce does not have 1 to 128 characters");
  if (AppId !== credentials.appId) return refused("the AppId is unknown");
  const toSign = AppId + Timestamp + Nonce + createHash("sha256").update(body).digest("hex");
  const matches = credentials.appKeys.some((appKey) =>
    sameText(createHmac("sha256", appKey).update(toSign).digest("base64"), Signature),
  );
  return matches ? { verified: true } : refused("the Signature is wrong for this body");
}

function refused(reason: string, errInfo = "认证失败"): Verification {
  return { verified: false, reason, errInfo };
}

/** The parameters after the scheme. A header that cannot be read to its end, or repeats a name, gives none. */
function readParameters(authorization: string): Partial<Record<string, string>> {
  const found: Record<string, string> = {};
  const parameter = /\s*([A-Za-z]+)\s*=\s*"([^"]*)"\s*(,|$)/y;
  parameter.lastIndex = /^\s*\S+/.exec(authorization)?.[0].length ?? 0;
  for (;;) {
    const [, name, value, end] = parameter.exec(authorization) ?? [];
    if (name === undefined || value === undefined || name in found) return {};
    found[name] = value;
    if (end === "") return found;
  }
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

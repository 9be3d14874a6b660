import { hash } from "node:crypto";
import type { WrongField } from "../../../shared/http/wrong-field.ts";
import type { RefundQueryRequest } from "./request.ts";

/** A string in quotes, with `\"` and `\\` as escapes, and parameters such as `;a=b` after it. Source: RFC 8941 §3.1.2, §3.3.3. */
const quotedString =
  /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"(?:; *[a-z*][a-z0-9_.*-]*(?:=(?:"(?:[^"\\]|\\["\\])*"|[^\s";,]+))?)*$/;
const bareKey = /^[\x21\x23-\x7e][\x21-\x7e]*$/;
const maxKeyLength = 255;
const message = "must be 1 to 255 visible ASCII characters, or a quoted string of 1 to 255 ASCII characters";

/**
 * Reads an Idempotency-Key header: 1 to 255 characters of ASCII. Quoted ones may have spaces, and parameters, which are
 * ignored; bare ones have neither. Source: IETF draft-ietf-httpapi-idempotency-key-header, which quotes; much code does not.
 */
export function readIdempotencyKey(header: string): { readonly value: string } | { readonly wrong: WrongField } {
  const text = header.trim();
  const quoted = quotedString.exec(text)?.[1]?.replace(/\\(.)/g, "$1");
  const value = quoted ?? (bareKey.test(text) ? text : "");
  if (value.length >= 1 && value.length <= maxKeyLength) return { value };
  return { wrong: { field: "Idempotency-Key", message } };
}

/** Characters of Base64, 66 bits: it is compared with one stored digest at a time, and a refund keeps one. */
const digestLength = 11;

/** What a request asks: two tries of one request have it in common, whatever their times, signatures and message numbers. */
export function payloadDigest({ mid, tid, instMid, merOrderId, srcReserve }: RefundQueryRequest): string {
  return digest([mid, tid, instMid, merOrderId, srcReserve ?? ""], "base64url").slice(0, digestLength);
}

/**
 * The key that a request is remembered by, where its partner chose one: by partner, because two of them may choose the same,
 * and as a digest, because it may hold what must not be stored.
 */
export function chosenKey(
  partnerId: string,
  value: string | undefined,
  request: RefundQueryRequest,
): { readonly id: string; readonly payloadDigest: string } | undefined {
  if (value === undefined) return undefined;
  return { id: `${partnerId}#${digest(["chosen", value], "hex")}`, payloadDigest: payloadDigest(request) };
}

function digest(parts: readonly string[], form: "hex" | "base64url"): string {
  return hash("sha256", JSON.stringify(parts), form);
}

import { hash } from "node:crypto";
import type { StatusRequest } from "../status-request.ts";
import type { RefundQueryRequest, WrongField } from "./request.ts";

/**
 * Reads an Idempotency-Key header: 1 to 255 visible ASCII characters, bare or as a quoted string.
 * Source: IETF draft-ietf-httpapi-idempotency-key-header, which quotes; much code does not.
 */
export function readIdempotencyKey(header: string): { readonly value: string } | { readonly wrong: WrongField } {
  const [, quoted] = /^"((?:[^"\\]|\\["\\])*)"$/.exec(header.trim()) ?? [];
  const value = quoted?.replace(/\\(.)/g, "$1") ?? header.trim();
  if (/^[\x21-\x7e]{1,255}$/.test(value) && (quoted !== undefined || !value.startsWith('"'))) return { value };
  return { wrong: { field: "Idempotency-Key", message: "must be 1 to 255 visible ASCII characters, quoted or bare" } };
}

/** Hex digits, 64 bits: it is compared with one stored digest at a time. */
const digestLength = 16;

/**
 * Digest of what a request asks. What differs between two tries of one request (time, signature, message number) is no part
 * of it.
 */
export function payloadDigest({ mid, tid, instMid, merOrderId, srcReserve }: RefundQueryRequest): string {
  return digest([mid, tid, instMid, merOrderId, srcReserve ?? ""]).slice(0, digestLength);
}

/** The key that a partner chose for a request, as it is remembered. */
export function chosenKey(partnerId: string, value: string, request: RefundQueryRequest): StatusRequest["key"] {
  return { id: `${partnerId}#${digest(["chosen", value])}`, payloadDigest: payloadDigest(request) };
}

function digest(parts: readonly string[]): string {
  return hash("sha256", JSON.stringify(parts), "hex");
}

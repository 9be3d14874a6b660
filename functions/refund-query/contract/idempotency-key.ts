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

/** Hex digits, 64 bits: it is compared with the few keys of one refund. */
const derivedIdLength = 16;

/**
 * The key that a request is remembered by: the partner's own, else its message number within the refund, else the nonce
 * of its signature. What differs between two tries of one request (time, signature, message number) is no part of what it
 * asks; a key that the partner did not choose is bound to what it asks, so that it can never clash.
 */
export function requestKey(
  partnerId: string,
  chosen: string | undefined,
  nonce: string,
  request: RefundQueryRequest,
): StatusRequest["key"] {
  const { mid, tid, instMid, merOrderId, srcReserve, msgId } = request;
  const asked = [mid, tid, instMid, merOrderId, srcReserve ?? ""];
  if (chosen !== undefined) {
    return { id: `${partnerId}#${digest(["chosen", chosen])}`, payloadDigest: digest(asked), chosen: true };
  }
  const id = digest([partnerId, ...asked, ...(msgId ? ["msgId", msgId] : ["nonce", nonce])]).slice(0, derivedIdLength);
  return { id, payloadDigest: id, chosen: false };
}

function digest(parts: readonly string[]): string {
  return hash("sha256", JSON.stringify(parts), "hex");
}

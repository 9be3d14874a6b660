import { hash } from "node:crypto";
import type { WrongField } from "../../../shared/http/wrong-field.ts";
import { idempotencyKeyId, parseIdempotencyKey } from "../../../shared/partner/idempotency-key.ts";
import type { RefundQueryRequest } from "./request.ts";

const message = "must be 1 to 255 visible ASCII characters, or a quoted string of 1 to 255 ASCII characters";

/** Reads an Idempotency-Key header, or says what is wrong with it. */
export function readIdempotencyKey(header: string): { readonly value: string } | { readonly wrong: WrongField } {
  const value = parseIdempotencyKey(header);
  return value === undefined ? { wrong: { field: "Idempotency-Key", message } } : { value };
}

/** Characters of Base64, 66 bits: it is compared with one stored digest at a time, and a refund keeps one. */
const digestLength = 11;

/** What a request asks: two tries of one request have it in common, whatever their times, signatures and message numbers. */
export function payloadDigest({ mid, tid, instMid, merOrderId, srcReserve }: RefundQueryRequest): string {
  const asked = JSON.stringify([mid, tid, instMid, merOrderId, srcReserve ?? ""]);
  return hash("sha256", asked, "base64url").slice(0, digestLength);
}

/** The key that a request is remembered by, where its partner chose one, and what the request asks. */
export function chosenKey(
  partnerId: string,
  value: string | undefined,
  request: RefundQueryRequest,
): { readonly id: string; readonly payloadDigest: string } | undefined {
  if (value === undefined) return undefined;
  return { id: idempotencyKeyId(partnerId, value), payloadDigest: payloadDigest(request) };
}

import { hash } from "node:crypto";

/** A string in quotes, with `\"` and `\\` as escapes, and parameters such as `;a=b` after it. Source: RFC 8941 §3.1.2, §3.3.3. */
const quotedString =
  /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"(?:; *[a-z*][a-z0-9_.*-]*(?:=(?:"(?:[^"\\]|\\["\\])*"|[^\s";,]+))?)*$/;
const bareKey = /^[\x21\x23-\x7e][\x21-\x7e]*$/;
const maxKeyLength = 255;

/**
 * The key in the text of an Idempotency-Key header: 1 to 255 characters of ASCII; undefined if the text has none. Quoted ones may
 * have spaces, and parameters, which are ignored; bare ones have neither. Source: IETF
 * draft-ietf-httpapi-idempotency-key-header, which quotes; much code does not.
 */
export function parseIdempotencyKey(header: string): string | undefined {
  const text = header.trim();
  const quoted = quotedString.exec(text)?.[1]?.replace(/\\(.)/g, "$1");
  const value = quoted ?? (bareKey.test(text) ? text : "");
  return value.length >= 1 && value.length <= maxKeyLength ? value : undefined;
}

/**
 * What a key is stored by: by partner, because two of them may choose the same, and as a digest, because it may hold what must
 * not be stored.
 */
export function idempotencyKeyId(partnerId: string, value: string): string {
  return `${partnerId}#${hash("sha256", JSON.stringify(["chosen", value]), "hex")}`;
}

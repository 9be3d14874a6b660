import { hash } from "node:crypto";
import * as z from "zod/mini";
import { compactBeijingTime } from "../beijing-time.ts";
import { parseJson } from "../parse-json.ts";
import type { RawAnswer } from "../transport/raw-answer.ts";
import { readAuthorization } from "./authorization-header.ts";
import type { KeyPair } from "./key-pair.ts";

/** The two versions of the token call. Request and answer are the same. */
export type TokenVersion = "v1" | "v2";

/** `quoted` is the documented form of the header. Many clients send it unquoted, and some gateways want that. */
export type TokenHeaderForm = "quoted" | "unquoted";

/** Below the base URL; the method is POST. */
export function tokenPath(version: TokenVersion): string {
  return `/${version}/token/access`;
}

/** How a token call may be signed, by the word of its `signMethod`, and Node's name of it. */
export const signMethods = { SHA256: "sha256", SHA1: "sha1" } as const;
export type SignMethod = keyof typeof signMethods;

/**
 * The signature of a token call: lower-case hex SHA-256 over appId, timestamp, nonce and appKey. It is a plain hash and
 * no HMAC. Source: what the official SDKs send, docs/protocol.md.
 */
export function tokenSignature(
  { appId, appKey }: KeyPair,
  timestamp: string,
  nonce: string,
  signMethod: SignMethod = "SHA256",
): string {
  return hash(signMethods[signMethod], appId + timestamp + nonce + appKey, "hex");
}

/** The body of a token call that is sent at `now` (epoch ms). */
export function buildTokenRequest(pair: KeyPair, now: number, nonce: string): string {
  const timestamp = compactBeijingTime(now);
  const signature = tokenSignature(pair, timestamp, nonce);
  return JSON.stringify({ appId: pair.appId, timestamp, nonce, signMethod: "SHA256", signature });
}

/** A token with its life, counted from the request; a refusal; or an answer that is neither. */
export type TokenAnswer =
  | { readonly kind: "issued"; readonly value: string; readonly lifeMs: number }
  | { readonly kind: "refused"; readonly errCode: string }
  | { readonly kind: "unreadable" };

/** Only characters that a header can carry, quoted or not. */
const tokenText = z.string().check(z.regex(/^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,4096}$/));
const issuedSchema = z.object({
  errCode: z.literal("0000"),
  accessToken: tokenText,
  expiresIn: z.union([z.number(), z.string().check(z.regex(/^\d{1,9}$/))]),
});
const refusedSchema = z.object({ errCode: z.string().check(z.minLength(1)) });

/** ChinaUMS says an hour. A token is never trusted for longer than a day. */
const maxLifeMs = 86_400_000;

/** Reads the answer to a token call. It never throws, for any body at any HTTP status. */
export function readTokenAnswer(raw: RawAnswer): TokenAnswer {
  const json = parseJson(raw.body);
  const issued = issuedSchema.safeParse(json);
  if (issued.success) {
    const lifeMs = Math.min(Math.floor(Number(issued.data.expiresIn)) * 1000, maxLifeMs);
    return lifeMs > 0 ? { kind: "issued", value: issued.data.accessToken, lifeMs } : { kind: "unreadable" };
  }
  const refused = refusedSchema.safeParse(json);
  if (!refused.success || refused.data.errCode === "0000") return { kind: "unreadable" };
  return { kind: "refused", errCode: refused.data.errCode };
}

/** The parameters of an OPEN-ACCESS-TOKEN header. Much code leaves the AppId out. */
export type OpenAccessToken = { readonly token: string; readonly appId: string | undefined };

/** Reads an Authorization header, quoted or not, with any white space. Undefined for any other header. */
export function readAccessToken(header: string): OpenAccessToken | undefined {
  const found = readAuthorization(header, "OPEN-ACCESS-TOKEN", "quoted or not");
  const token = found?.get("accesstoken") ?? found?.get("token");
  return token ? { token, appId: found?.get("appid") } : undefined;
}

/** The Authorization header of a call with a token. */
export function accessTokenHeader(value: string, appId: string, form: TokenHeaderForm): string {
  return form === "quoted"
    ? `OPEN-ACCESS-TOKEN AccessToken="${value}", AppId="${appId}"`
    : `OPEN-ACCESS-TOKEN AccessToken=${value}`;
}

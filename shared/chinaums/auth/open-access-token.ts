import { hash } from "node:crypto";
import * as z from "zod/mini";
import { compactBeijingTime } from "../beijing-time.ts";
import { isKeyRejected } from "../error-codes.ts";
import { parseJson } from "../parse-json.ts";
import type { RawAnswer } from "../refund-query/refund-query.ts";
import type { Credentials } from "./open-body-sig.ts";

/** The two versions of the token call; they ask and answer the same. */
export type TokenVersion = "v1" | "v2";

/** How the header is written: as the platform documents it, or as many clients do and some gateways want it. */
export type TokenHeaderForm = "quoted" | "unquoted";

/** Below the base URL; the method is POST. */
export function tokenPath(version: TokenVersion): string {
  return `/${version}/token/access`;
}

/**
 * The signature of a token call: lower-case hex SHA-256 over appId, timestamp, nonce and appKey. A plain hash, unlike that
 * of OPEN-BODY-SIG. Source: what the official SDKs send, docs/protocol.md.
 */
export function tokenSignature({ appId, appKey }: Credentials, timestamp: string, nonce: string): string {
  return hash("sha256", appId + timestamp + nonce + appKey, "hex");
}

/** The body of a token call that is sent at `now` (epoch ms). */
export function buildTokenRequest(credentials: Credentials, now: number, nonce: string): string {
  const timestamp = compactBeijingTime(now);
  const signature = tokenSignature(credentials, timestamp, nonce);
  return JSON.stringify({ appId: credentials.appId, timestamp, nonce, signMethod: "SHA256", signature });
}

/** A token, how long it lasts from when it was asked for; a refusal; or something that is neither. */
export type TokenAnswer =
  | { readonly kind: "issued"; readonly value: string; readonly lifeMs: number }
  | { readonly kind: "refused"; readonly errCode: string; readonly keyRejected: boolean }
  | { readonly kind: "unreadable" };

/** Nothing that a header could not carry as it is, quoted or not. */
const tokenText = z.string().check(z.regex(/^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,4096}$/));
const issuedSchema = z.object({
  errCode: z.literal("0000"),
  accessToken: tokenText,
  expiresIn: z.union([z.number(), z.string().check(z.regex(/^\d{1,9}$/))]),
});
const refusedSchema = z.object({ errCode: z.string().check(z.minLength(1)) });

/** The platform says an hour; whatever it says, a token is not trusted for longer than a day. */
const maxLifeMs = 86_400_000;

/** Reads the answer to a token call. Total: whatever came back, at whatever HTTP status. */
export function readTokenAnswer(raw: RawAnswer): TokenAnswer {
  const json = parseJson(raw.body);
  const issued = issuedSchema.safeParse(json);
  if (issued.success) {
    const lifeMs = Math.min(Math.floor(Number(issued.data.expiresIn)) * 1000, maxLifeMs);
    return lifeMs > 0 ? { kind: "issued", value: issued.data.accessToken, lifeMs } : { kind: "unreadable" };
  }
  const refused = refusedSchema.safeParse(json);
  if (!refused.success || refused.data.errCode === "0000") return { kind: "unreadable" };
  const { errCode } = refused.data;
  return { kind: "refused", errCode, keyRejected: isKeyRejected(errCode) };
}

/** The Authorization header of a call with a token. */
export function accessTokenHeader(value: string, appId: string, form: TokenHeaderForm): string {
  return form === "quoted"
    ? `OPEN-ACCESS-TOKEN AccessToken="${value}", AppId="${appId}"`
    : `OPEN-ACCESS-TOKEN AccessToken=${value}`;
}

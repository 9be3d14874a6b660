import { timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";
import { type SignMethod, signMethods, tokenSignature } from "./open-access-token.ts";

/** A request for a token, as ChinaUMS's clients send it. Without a `signMethod` it is signed with SHA1. */
const tokenRequestSchema = z.object({
  appId: z.string().check(z.minLength(1)),
  timestamp: z.string(),
  nonce: z.string().check(z.minLength(1), z.maxLength(128)),
  signMethod: z.optional(z.nullable(z.enum(Object.keys(signMethods) as SignMethod[]))),
  signature: z.string(),
});

export type TokenRequest = z.infer<typeof tokenRequestSchema>;

/** The request for a token that a body holds, or undefined where it holds none. */
export function readTokenRequest(json: unknown): TokenRequest | undefined {
  return tokenRequestSchema.safeParse(json).data;
}

/** True if the request was signed with that key. The comparison takes constant time. */
export function isTokenRequestOf(appKey: string, request: TokenRequest): boolean {
  const { appId, timestamp, nonce, signMethod } = request;
  const expected = Buffer.from(tokenSignature({ appId, appKey }, timestamp, nonce, signMethod ?? "SHA1"));
  const given = Buffer.from(request.signature.toLowerCase());
  return given.length === expected.length && timingSafeEqual(given, expected);
}

import { type OpenAccessToken, readAccessToken } from "../chinaums/auth/open-access-token.ts";
import { isSignedWith, type OpenBodySig, readOpenBodySig } from "../chinaums/auth/open-body-sig.ts";
import { createFindSigner, type NobodyBecause } from "./find-signer.ts";
import { isAllowed, type Partner } from "./partner.ts";
import type { PartnerDirectory } from "./partner-directory.ts";
import { isInTime, isTokenOf, readPartnerToken } from "./partner-token.ts";
import { isNearNow } from "./time-window.ts";

/** Why a request is refused. It is for the log alone: partners are told the same of an unknown AppId and a bad signature. */
export type RefusedBecause = NobodyBecause | "no_signature" | "timestamp" | "expired_token";

export type PartnerAuthentication =
  | { readonly kind: "partner"; readonly partner: Partner }
  | {
      readonly kind: "refused";
      readonly because: RefusedBecause;
      /** The partner that the request has named. Only the form of the answer may depend on it, because nothing is proven. */
      readonly partner?: Partner | undefined;
    };

/** @throws {UnavailableError} when the partner cannot be looked up */
export type AuthenticatePartner = (
  authorization: string | undefined,
  body: Uint8Array,
) => Promise<PartnerAuthentication>;

export type AuthenticatePartnerDeps = { readonly directory: PartnerDirectory; readonly now: () => number };

/**
 * Tells whose request it is: by OPEN-BODY-SIG over the bytes as they were sent, or by the token of an OPEN-ACCESS-TOKEN
 * header where the partner may use one.
 */
export function createAuthenticatePartner({ directory, now }: AuthenticatePartnerDeps): AuthenticatePartner {
  const findSigner = createFindSigner({ directory });

  async function bySignature(sig: OpenBodySig, body: Uint8Array): Promise<PartnerAuthentication> {
    if (!isNearNow(sig.timestamp, now())) return { kind: "refused", because: "timestamp" };
    const found = await findSigner({
      appId: sig.appId,
      wrong: "wrong_signature",
      isMadeWith: (appKey) => isSignedWith(appKey, sig, body),
      isAllowed: () => true,
    });
    return found.kind === "nobody" ? { ...found, kind: "refused" } : { kind: "partner", partner: found.partner };
  }

  async function byToken(sent: OpenAccessToken): Promise<PartnerAuthentication> {
    const token = readPartnerToken(sent.token);
    if (token === undefined || (sent.appId ?? token.appId) !== token.appId) {
      return { kind: "refused", because: "wrong_token" };
    }
    const found = await findSigner({
      appId: token.appId,
      wrong: "wrong_token",
      isMadeWith: (appKey) => isTokenOf(appKey, token),
      isAllowed: (partner) => isAllowed(partner, "token"),
    });
    if (found.kind === "nobody") return { ...found, kind: "refused" };
    const { partner } = found;
    return isInTime(token, now())
      ? { kind: "partner", partner }
      : { kind: "refused", because: "expired_token", partner };
  }

  return async (authorization = "", body) => {
    const sig = readOpenBodySig(authorization);
    if (sig !== undefined) return await bySignature(sig, body);
    const token = readAccessToken(authorization);
    return token === undefined ? { kind: "refused", because: "no_signature" } : await byToken(token);
  };
}

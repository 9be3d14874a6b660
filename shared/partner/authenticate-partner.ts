import { isSignedWith, type OpenBodySig, readOpenBodySig } from "../chinaums/auth/open-body-sig.ts";
import { readCompactBeijingTime } from "../chinaums/beijing-time.ts";
import { maxAppKeys, type Partner } from "./partner.ts";
import type { PartnerDirectory } from "./partner-directory.ts";

/** Why a request is refused. It is for the log alone: partners are told the same of an unknown AppId and a bad signature. */
export type RefusedBecause = "no_signature" | "timestamp" | "unknown_app_id" | "wrong_signature";

export type PartnerAuthentication =
  | { readonly kind: "partner"; readonly partner: Partner; readonly nonce: string }
  | { readonly kind: "refused"; readonly because: RefusedBecause };

/** @throws {UnavailableError} when the partner cannot be looked up */
export type AuthenticatePartner = (
  authorization: string | undefined,
  body: Uint8Array,
) => Promise<PartnerAuthentication>;

export type AuthenticatePartnerDeps = { readonly directory: PartnerDirectory; readonly now: () => number };

/** How far a Timestamp may be from now, in ms. */
const windowMs = 5 * 60_000;
/** Is tried in place of a key that is not there, and never accepted. */
const paddingKey = "no partner signs with this";

/** Tells which partner has signed a request, by OPEN-BODY-SIG over the bytes as they were sent. */
export function createAuthenticatePartner({ directory, now }: AuthenticatePartnerDeps): AuthenticatePartner {
  return async (authorization, body) => {
    const sig = readOpenBodySig(authorization ?? "");
    if (sig === undefined) return { kind: "refused", because: "no_signature" };
    const signedAt = readCompactBeijingTime(sig.timestamp);
    if (signedAt === undefined || Math.abs(now() - signedAt) > windowMs) {
      return { kind: "refused", because: "timestamp" };
    }
    const found = await directory.find(sig.appId);
    let partner = found.partner;
    let signed = hasSigned(partner, sig, body);
    if (!signed) {
      partner = await directory.findAnew(sig.appId, found);
      signed = hasSigned(partner, sig, body);
    }
    if (partner === undefined) return { kind: "refused", because: "unknown_app_id" };
    if (!signed) return { kind: "refused", because: "wrong_signature" };
    directory.remember(sig.appId);
    return { kind: "partner", partner, nonce: sig.nonce };
  };
}

/** A bad signature is compared with as many keys, whether a partner has two, one or does not exist: timing tells nothing. */
function hasSigned(partner: Partner | undefined, sig: OpenBodySig, body: Uint8Array): boolean {
  const keys = partner?.appId === sig.appId ? partner.appKeys : [];
  for (let i = 0; i < maxAppKeys; i++) {
    const key = keys[i];
    if (isSignedWith(key ?? paddingKey, sig, body) && key !== undefined) return true;
  }
  return false;
}

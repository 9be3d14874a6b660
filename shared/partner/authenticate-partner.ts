import { isSignedWith, type OpenBodySig, readOpenBodySig } from "../chinaums/auth/open-body-sig.ts";
import { readCompactBeijingTime } from "../chinaums/beijing-time.ts";
import type { Partner, PartnerDirectory } from "./partner.ts";

/** Why a request is refused; for the log alone, since the partner hears the same of an unknown AppId and a wrong signature. */
export type RefusedBecause = "no_signature" | "timestamp" | "unknown_app_id" | "wrong_signature";

export type PartnerAuthentication =
  | { readonly kind: "partner"; readonly partner: Partner; readonly nonce: string }
  | { readonly kind: "refused"; readonly because: RefusedBecause };

export type AuthenticatePartner = (
  authorization: string | undefined,
  body: Uint8Array,
) => Promise<PartnerAuthentication>;

/** How far a Timestamp may be from now, in ms. */
const windowMs = 5 * 60_000;
/** Takes the place of the keys of a partner that does not exist, so that both refusals take the same work. */
const nobodysKey = "no partner signs with this";

/**
 * Tells which partner has signed a request, by OPEN-BODY-SIG over the bytes as they were sent.
 * @throws when the partner cannot be looked up
 */
export function createAuthenticatePartner(directory: PartnerDirectory, now: () => number): AuthenticatePartner {
  return async (authorization, body) => {
    const sig = readOpenBodySig(authorization ?? "");
    if (sig === undefined) return { kind: "refused", because: "no_signature" };
    const signedAt = readCompactBeijingTime(sig.timestamp);
    if (signedAt === undefined || Math.abs(now() - signedAt) > windowMs) {
      return { kind: "refused", because: "timestamp" };
    }
    const known = await directory.find(sig.appId);
    if (hasSigned(known, sig, body)) return { kind: "partner", partner: known, nonce: sig.nonce };
    const renewed = await directory.findAnew(sig.appId);
    if (hasSigned(renewed, sig, body)) return { kind: "partner", partner: renewed, nonce: sig.nonce };
    return { kind: "refused", because: renewed === undefined ? "unknown_app_id" : "wrong_signature" };
  };
}

function hasSigned(partner: Partner | undefined, sig: OpenBodySig, body: Uint8Array): partner is Partner {
  const keys = partner?.appId === sig.appId ? partner.appKeys : [nobodysKey];
  const matches = keys.map((key) => isSignedWith(key, sig, body));
  return partner !== undefined && matches.includes(true);
}

import { isSignedWith, readOpenBodySig } from "../chinaums/auth/open-body-sig.ts";
import { readCompactBeijingTime } from "../chinaums/beijing-time.ts";
import { createFindSigner } from "./find-signer.ts";
import type { Partner } from "./partner.ts";
import type { PartnerDirectory } from "./partner-directory.ts";

/** Why a request is refused. It is for the log alone: partners are told the same of an unknown AppId and a bad signature. */
export type RefusedBecause = "no_signature" | "timestamp" | "unknown_app_id" | "wrong_signature";

export type PartnerAuthentication =
  | { readonly kind: "partner"; readonly partner: Partner }
  | {
      readonly kind: "refused";
      readonly because: RefusedBecause;
      /** The partner that the request has named and not proved to be; only the form of the answer may depend on it. */
      readonly partner?: Partner | undefined;
    };

/** @throws {UnavailableError} when the partner cannot be looked up */
export type AuthenticatePartner = (
  authorization: string | undefined,
  body: Uint8Array,
) => Promise<PartnerAuthentication>;

export type AuthenticatePartnerDeps = { readonly directory: PartnerDirectory; readonly now: () => number };

/** How far a Timestamp may be from now, in ms. */
const windowMs = 5 * 60_000;

/** Tells which partner has signed a request, by OPEN-BODY-SIG over the bytes as they were sent. */
export function createAuthenticatePartner({ directory, now }: AuthenticatePartnerDeps): AuthenticatePartner {
  const findSigner = createFindSigner({ directory });
  return async (authorization, body) => {
    const sig = readOpenBodySig(authorization ?? "");
    if (sig === undefined) return { kind: "refused", because: "no_signature" };
    const signedAt = readCompactBeijingTime(sig.timestamp);
    if (signedAt === undefined || Math.abs(now() - signedAt) > windowMs) {
      return { kind: "refused", because: "timestamp" };
    }
    const found = await findSigner({
      appId: sig.appId,
      isMadeWith: (appKey) => isSignedWith(appKey, sig, body),
      isAllowed: () => true,
    });
    if (found.kind === "signer") return { kind: "partner", partner: found.partner };
    const { partner } = found;
    return { kind: "refused", because: partner === undefined ? "unknown_app_id" : "wrong_signature", partner };
  };
}

import { isTokenRequestOf, readTokenRequest } from "../chinaums/auth/token-request.ts";
import { createFindSigner, type NobodyBecause } from "./find-signer.ts";
import { isAllowed, type Partner } from "./partner.ts";
import type { PartnerDirectory } from "./partner-directory.ts";
import { announcedSeconds, newPartnerToken } from "./partner-token.ts";
import { isNearNow } from "./time-window.ts";

export type IssuedToken =
  | { readonly kind: "issued"; readonly partner: Partner; readonly accessToken: string; readonly expiresIn: number }
  | { readonly kind: "refused"; readonly because: NobodyBecause | "no_signature" | "timestamp" };

/** Takes the JSON of a token call. @throws {UnavailableError} when the partner cannot be looked up */
export type IssueToken = (json: unknown) => Promise<IssuedToken>;

export type IssueTokenDeps = { readonly directory: PartnerDirectory; readonly now: () => number };

/** Gives a token to a partner that may come in with one, and has signed its request for it. */
export function createIssueToken({ directory, now }: IssueTokenDeps): IssueToken {
  const findSigner = createFindSigner({ directory });
  return async (json) => {
    const request = readTokenRequest(json);
    if (request === undefined) return { kind: "refused", because: "no_signature" };
    if (!isNearNow(request.timestamp, now())) return { kind: "refused", because: "timestamp" };
    const found = await findSigner({
      appId: request.appId,
      wrong: "wrong_signature",
      isMadeWith: (appKey) => isTokenRequestOf(appKey, request),
      isAllowed: (partner) => isAllowed(partner, "token"),
    });
    if (found.kind === "nobody") return { kind: "refused", because: found.because };
    const { partner, appKey } = found;
    const accessToken = newPartnerToken(partner.appId, appKey, now());
    return { kind: "issued", partner, accessToken, expiresIn: announcedSeconds };
  };
}

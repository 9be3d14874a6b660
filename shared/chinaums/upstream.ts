import { type CheckUpstream, checkMs } from "../refund/question.ts";
import { createUpstreamAuthorization, type UpstreamAuthorizationDeps } from "./auth/upstream-authorization.ts";
import { type AuthorizeUpstream, createCheckUpstream } from "./refund-query/check-upstream.ts";

/** How this deployment calls ChinaUMS, as an environment has it. */
export type UpstreamSettings = {
  readonly UPSTREAM_AUTH: UpstreamAuthorizationDeps["scheme"];
  readonly TOKEN_VERSION: UpstreamAuthorizationDeps["tokenVersion"];
  readonly TOKEN_HEADER: UpstreamAuthorizationDeps["tokenHeader"];
  readonly NEED_DATA_TAG: "true" | "false";
};

/** One attempt may take so long, in ms: ChinaUMS itself waits for the channel, mostly for a second or two. */
const attemptMs = 8_000;

/** ChinaUMS as the functions see it: something that can be checked, and prepared for being checked. */
export function createUpstream(
  settings: UpstreamSettings,
  deps: Omit<UpstreamAuthorizationDeps, "scheme" | "tokenVersion" | "tokenHeader">,
): { readonly checkUpstream: CheckUpstream; readonly authorizeAhead: () => ReturnType<AuthorizeUpstream> } {
  const { post, now, newId } = deps;
  const authorize = createUpstreamAuthorization({
    ...deps,
    scheme: settings.UPSTREAM_AUTH,
    tokenVersion: settings.TOKEN_VERSION,
    tokenHeader: settings.TOKEN_HEADER,
  });
  const needDataTag = settings.NEED_DATA_TAG === "true";
  return {
    checkUpstream: createCheckUpstream({ post, authorize, needDataTag, now, newId, attemptMs }),
    // As long as a check has, so that a slow token is not given up that the first check would then fetch anew.
    authorizeAhead: () => authorize(now() + checkMs),
  };
}

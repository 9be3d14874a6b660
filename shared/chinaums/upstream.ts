import { type CheckUpstream, checkMs } from "../refund/question.ts";
import { type AuthorizeUpstreamDeps, createAuthorizeUpstream } from "./auth/authorize-upstream.ts";
import type { AuthorizeUpstream } from "./auth/upstream-authorization.ts";
import { createCheckUpstream } from "./refund-query/check-upstream.ts";

/** How this deployment calls ChinaUMS, as the environment variables say it. */
export type UpstreamSettings = {
  readonly UPSTREAM_AUTH: AuthorizeUpstreamDeps["scheme"];
  readonly TOKEN_VERSION: AuthorizeUpstreamDeps["tokenVersion"];
  readonly TOKEN_HEADER: AuthorizeUpstreamDeps["tokenHeader"];
  readonly NEED_DATA_TAG: "true" | "false";
};

/** The longest that one try may take, in ms. ChinaUMS itself waits for the channel, mostly for a second or two. */
const tryMs = 8_000;

/** ChinaUMS as the functions see it: they check a refund there, and get the authorization ahead of the first check. */
export function createUpstream(
  settings: UpstreamSettings,
  deps: Omit<AuthorizeUpstreamDeps, "scheme" | "tokenVersion" | "tokenHeader">,
): { readonly checkUpstream: CheckUpstream; readonly authorizeAhead: () => ReturnType<AuthorizeUpstream> } {
  const { post, now, newId } = deps;
  const authorizeUpstream = createAuthorizeUpstream({
    ...deps,
    scheme: settings.UPSTREAM_AUTH,
    tokenVersion: settings.TOKEN_VERSION,
    tokenHeader: settings.TOKEN_HEADER,
  });
  const needDataTag = settings.NEED_DATA_TAG === "true";
  return {
    checkUpstream: createCheckUpstream({ post, authorizeUpstream, needDataTag, now, newId, tryMs }),
    // It has as long as a check, because the first check would otherwise fetch a slow token once more.
    authorizeAhead: () => authorizeUpstream(now() + checkMs),
  };
}

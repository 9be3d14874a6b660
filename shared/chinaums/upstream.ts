import { type LookUpstream, lookMs } from "../refund/question.ts";
import { type Authenticate, createLookUpstream } from "./look-upstream.ts";
import { createUpstreamAuthenticate, type UpstreamAuthenticationNeeds } from "./upstream-authentication.ts";

/** How this deployment calls ChinaUMS, as an environment has it. */
export type UpstreamSettings = {
  readonly UPSTREAM_AUTH: UpstreamAuthenticationNeeds["scheme"];
  readonly TOKEN_VERSION: UpstreamAuthenticationNeeds["tokenVersion"];
  readonly TOKEN_HEADER: UpstreamAuthenticationNeeds["tokenHeader"];
  readonly NEED_DATA_TAG: "true" | "false";
};

/** One attempt may take so long, in ms: ChinaUMS itself waits for the channel, mostly for a second or two. */
const attemptMs = 8_000;

/** ChinaUMS as the functions see it: something that can be looked at, and prepared for being looked at. */
export function createUpstream(
  settings: UpstreamSettings,
  needs: Omit<UpstreamAuthenticationNeeds, "scheme" | "tokenVersion" | "tokenHeader">,
): { readonly lookUpstream: LookUpstream; readonly authenticateAhead: () => ReturnType<Authenticate> } {
  const { post, now, newId } = needs;
  const authenticate = createUpstreamAuthenticate({
    ...needs,
    scheme: settings.UPSTREAM_AUTH,
    tokenVersion: settings.TOKEN_VERSION,
    tokenHeader: settings.TOKEN_HEADER,
  });
  const needDataTag = settings.NEED_DATA_TAG === "true";
  return {
    lookUpstream: createLookUpstream({ post, authenticate, needDataTag, now, newId, attemptMs }),
    // As long as a look has, so that a slow token is not given up that the first look would then fetch anew.
    authenticateAhead: () => authenticate(now() + lookMs),
  };
}

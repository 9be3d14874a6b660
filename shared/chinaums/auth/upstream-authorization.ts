import type { AuthorizeUpstream } from "../refund-query/check-upstream.ts";
import type { Post } from "../transport/post.ts";
import { createAccessTokenAuthorization } from "./access-token-authorization.ts";
import { createBodySigAuthorization } from "./body-sig-authorization.ts";
import { createFetchToken } from "./fetch-token.ts";
import type { TokenHeaderForm, TokenVersion } from "./open-access-token.ts";
import type { PlatformCredentials } from "./platform-credentials.ts";
import { createSharedToken } from "./shared-token.ts";
import type { TokenStore } from "./token-record.ts";

export type UpstreamAuthorizationDeps = {
  /** Each body signed with the key, as the page of the call documents, or a token, as the official SDKs do. */
  readonly scheme: "body-sig" | "access-token";
  readonly tokenVersion: TokenVersion;
  readonly tokenHeader: TokenHeaderForm;
  readonly post: Post;
  readonly credentials: PlatformCredentials;
  readonly tokenStore: TokenStore;
  readonly now: () => number;
  readonly random: () => number;
  /** 32 hex characters that were never given before; used as nonce. */
  readonly newId: () => string;
  readonly sleep: (ms: number) => Promise<void>;
};

/** How calls upstream are authenticated in this deployment. */
export function createUpstreamAuthorization(deps: UpstreamAuthorizationDeps): AuthorizeUpstream {
  const { credentials, newId } = deps;
  if (deps.scheme === "body-sig") return createBodySigAuthorization(credentials, newId);
  const fetchToken = createFetchToken({ ...deps, version: deps.tokenVersion, newNonce: newId });
  const tokens = createSharedToken({ ...deps, store: deps.tokenStore, fetchToken });
  return createAccessTokenAuthorization(credentials, tokens, deps.tokenHeader);
}

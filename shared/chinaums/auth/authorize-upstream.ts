import type { Post } from "../transport/raw-answer.ts";
import { createAccessTokenAuthorization } from "./access-token-authorization.ts";
import { createBodySigAuthorization } from "./body-sig-authorization.ts";
import { createFetchToken } from "./fetch-token.ts";
import type { TokenHeaderForm, TokenVersion } from "./open-access-token.ts";
import type { PlatformCredentials } from "./platform-credentials.ts";
import { createSharedToken } from "./shared-token.ts";
import type { TokenStore } from "./token-record.ts";
import type { AuthorizeUpstream } from "./upstream-authorization.ts";

export type AuthorizeUpstreamDeps = {
  /** `body-sig` signs each body, as the page of the call documents. `access-token` sends a token, as the official SDKs do. */
  readonly scheme: "body-sig" | "access-token";
  readonly tokenVersion: TokenVersion;
  readonly tokenHeader: TokenHeaderForm;
  readonly post: Post;
  readonly credentials: PlatformCredentials;
  readonly tokenStore: TokenStore;
  readonly now: () => number;
  readonly random: () => number;
  /** 32 hex characters, never the same twice; used as nonce and as the owner of a lease. */
  readonly newId: () => string;
  readonly sleep: (ms: number) => Promise<void>;
};

/** Authorizes the calls of this deployment by the scheme of its settings. */
export function createAuthorizeUpstream(deps: AuthorizeUpstreamDeps): AuthorizeUpstream {
  const { credentials, newId, tokenHeader } = deps;
  if (deps.scheme === "body-sig") return createBodySigAuthorization({ credentials, newNonce: newId });
  const fetchToken = createFetchToken({ ...deps, version: deps.tokenVersion, newNonce: newId });
  const tokens = createSharedToken({ ...deps, store: deps.tokenStore, fetchToken, newOwner: newId });
  return createAccessTokenAuthorization({ credentials, tokens, tokenHeader });
}

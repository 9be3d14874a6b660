import { createAccessTokenAuthenticate } from "./access-token-authentication.ts";
import { createBodySigAuthenticate } from "./body-sig-authentication.ts";
import { createFetchToken } from "./fetch-token.ts";
import type { Authenticate } from "./look-upstream.ts";
import type { TokenHeaderForm, TokenVersion } from "./open-access-token.ts";
import type { PlatformCredentials } from "./platform-credentials.ts";
import type { Post } from "./post.ts";
import { createSharedToken } from "./shared-token.ts";
import type { TokenStore } from "./token-record.ts";

export type UpstreamAuthenticationNeeds = {
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
export function createUpstreamAuthenticate(needs: UpstreamAuthenticationNeeds): Authenticate {
  const { credentials, newId } = needs;
  if (needs.scheme === "body-sig") return createBodySigAuthenticate(credentials, newId);
  const fetchToken = createFetchToken({ ...needs, version: needs.tokenVersion, newNonce: newId });
  const tokens = createSharedToken({ ...needs, store: needs.tokenStore, fetchToken });
  return createAccessTokenAuthenticate(credentials, tokens, needs.tokenHeader);
}

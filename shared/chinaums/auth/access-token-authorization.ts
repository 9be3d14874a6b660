import type { KeyPair } from "./key-pair.ts";
import { accessTokenHeader, type TokenHeaderForm } from "./open-access-token.ts";
import type { PlatformCredentials } from "./platform-credentials.ts";
import type { SharedToken, TokenResult } from "./shared-token.ts";
import {
  type AuthorizeUpstream,
  type NotAuthorized,
  noCredentials,
  type UpstreamAuthorization,
} from "./upstream-authorization.ts";

export type AccessTokenAuthorizationDeps = {
  readonly credentials: PlatformCredentials;
  readonly tokens: SharedToken;
  readonly tokenHeader: TokenHeaderForm;
};

/** OPEN-ACCESS-TOKEN: every call carries the token that ChinaUMS has issued for the pair. */
export function createAccessTokenAuthorization(deps: AccessTokenAuthorizationDeps): AuthorizeUpstream {
  const { credentials, tokens, tokenHeader } = deps;
  const authorizationOf = (pair: KeyPair, result: TokenResult): UpstreamAuthorization | NotAuthorized => {
    if (result.kind === "none") return result;
    return {
      kind: "ready",
      header: () => accessTokenHeader(result.value, pair.appId, tokenHeader),
      afterRejected: async (deadline) => authorizationOf(pair, await tokens.insteadOf(result.value, pair, deadline)),
    };
  };

  return async (deadline) => {
    const pair = await credentials.current().catch(() => undefined);
    if (pair === undefined) return noCredentials;
    const got = await tokens.get(pair, deadline);
    if (got.kind === "token") return authorizationOf(pair, got);
    // After a rejected key the pair was looked up again, and the new one may have another AppId.
    const newer = await credentials.current().catch(() => pair);
    return newer.appId === pair.appId ? got : authorizationOf(newer, await tokens.get(newer, deadline));
  };
}

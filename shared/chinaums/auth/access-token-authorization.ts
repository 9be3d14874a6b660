import type { AuthorizeUpstream, NotAuthorized, UpstreamAuthorization } from "../refund-query/check-upstream.ts";
import { noCredentials } from "./body-sig-authorization.ts";
import { accessTokenHeader, type TokenHeaderForm } from "./open-access-token.ts";
import type { Credentials } from "./open-body-sig.ts";
import type { PlatformCredentials } from "./platform-credentials.ts";
import type { SharedToken, TokenResult } from "./shared-token.ts";

/** OPEN-ACCESS-TOKEN: every call carries the token that the platform has issued for the pair. */
export function createAccessTokenAuthorization(
  credentials: PlatformCredentials,
  tokens: SharedToken,
  form: TokenHeaderForm,
): AuthorizeUpstream {
  const callWith = (pair: Credentials, result: TokenResult): UpstreamAuthorization | NotAuthorized => {
    if (result.kind === "none") return result;
    return {
      kind: "ready",
      header: () => accessTokenHeader(result.value, pair.appId, form),
      afterRejected: async (deadline) => callWith(pair, await tokens.insteadOf(result.value, pair, deadline)),
    };
  };

  return async (deadline) => {
    const pair = await credentials.current().catch(() => undefined);
    if (pair === undefined) return noCredentials;
    const got = await tokens.get(pair, deadline);
    if (got.kind === "token") return callWith(pair, got);
    // A rejected key has had the pair looked up again, and it may be one of another AppId now.
    const newer = await credentials.current().catch(() => pair);
    return newer.appId === pair.appId ? got : callWith(newer, await tokens.get(newer, deadline));
  };
}

import type { KeyPair } from "./key-pair.ts";
import { signBody } from "./open-body-sig.ts";
import type { PlatformCredentials } from "./platform-credentials.ts";
import { type AuthorizeUpstream, noCredentials, type UpstreamAuthorization } from "./upstream-authorization.ts";

export type BodySigAuthorizationDeps = {
  readonly credentials: PlatformCredentials;
  /** Text of at most 128 characters, never the same twice. */
  readonly newNonce: () => string;
};

/** OPEN-BODY-SIG: each body is signed with the platform's key. */
export function createBodySigAuthorization(deps: BodySigAuthorizationDeps): AuthorizeUpstream {
  const { credentials, newNonce } = deps;
  const signedWith = (pair: KeyPair): UpstreamAuthorization => ({
    kind: "ready",
    header: (body, now) => signBody(pair, body, now, newNonce()),
    async afterRejected() {
      const newer = await credentials.afterRejected(pair).catch(() => undefined);
      return newer && signedWith(newer);
    },
  });
  return async () => {
    const pair = await credentials.current().catch(() => undefined);
    return pair === undefined ? noCredentials : signedWith(pair);
  };
}

import type { AuthorizeUpstream, NotAuthorized, UpstreamAuthorization } from "../refund-query/check-upstream.ts";
import { type Credentials, signBody } from "./open-body-sig.ts";
import type { PlatformCredentials } from "./platform-credentials.ts";

/** There was no pair to be had; the code tells that apart from a refusal. */
export const noCredentials: NotAuthorized = {
  kind: "none",
  reading: { kind: "blocked", by: "credentials" },
  code: "NO_CREDENTIALS",
};

/** OPEN-BODY-SIG: each body is signed with the platform's key. `newNonce` gives text that was never given before. */
export function createBodySigAuthorization(
  credentials: PlatformCredentials,
  newNonce: () => string,
): AuthorizeUpstream {
  const signedWith = (pair: Credentials): UpstreamAuthorization => ({
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

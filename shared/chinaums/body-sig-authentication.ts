import type { Authenticate, Authentication, NotAuthenticated } from "./look-upstream.ts";
import { type Credentials, signBody } from "./open-body-sig.ts";
import type { PlatformCredentials } from "./platform-credentials.ts";

/** There was no pair to be had; the code tells that apart from a refusal. */
export const noCredentials: NotAuthenticated = {
  kind: "none",
  reading: { kind: "blocked", by: "credentials" },
  code: "NO_CREDENTIALS",
};

/** OPEN-BODY-SIG: each body is signed with the platform's key. `newNonce` gives text that was never given before. */
export function createBodySigAuthenticate(credentials: PlatformCredentials, newNonce: () => string): Authenticate {
  const signedWith = (pair: Credentials): Authentication => ({
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

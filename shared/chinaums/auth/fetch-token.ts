import type { Reading } from "../../refund/reading.ts";
import { codeForm, isGoneSecondsLater, readErrCode } from "../error-codes.ts";
import { causeByFault, type NotAuthorized } from "../refund-query/check-upstream.ts";
import type { Post } from "../transport/post.ts";
import { buildTokenRequest, readTokenAnswer, type TokenVersion, tokenPath } from "./open-access-token.ts";
import type { Credentials } from "./open-body-sig.ts";
import type { PlatformCredentials } from "./platform-credentials.ts";

/** A token just issued, its instants in epoch ms; or what a check tells without one. Never throws. */
export type FetchToken = (
  pair: Credentials,
  deadline: number,
) => Promise<{ kind: "issued"; value: string; issuedAt: number; expiresAt: number } | NotAuthorized>;

export type FetchTokenDeps = {
  readonly post: Post;
  readonly credentials: PlatformCredentials;
  readonly version: TokenVersion;
  readonly now: () => number;
  readonly newNonce: () => string;
};

type Called = Awaited<ReturnType<FetchToken>> & { readonly next?: "same pair" | "newer pair" };

/**
 * Makes the token call, and once more where that is known to help: after a connection closed before any answer, which is
 * what a kept one comes to when this call is the first in an hour, after the gateway's passing fault, and with the newer key
 * of the same AppId where the key is rejected.
 */
export function createFetchToken({ post, credentials, version, now, newNonce }: FetchTokenDeps): FetchToken {
  async function call(pair: Credentials, deadline: number): Promise<Called> {
    const issuedAt = now();
    const result = await post(tokenPath(version), {}, buildTokenRequest(pair, issuedAt, newNonce()), deadline);
    if (result.kind !== "answer") {
      const failed = noToken({ kind: "unclear", cause: causeByFault[result.kind] });
      return result.kind === "closed" ? { ...failed, next: "same pair" } : failed;
    }
    const answer = readTokenAnswer(result.answer);
    switch (answer.kind) {
      case "issued":
        return { kind: "issued", value: answer.value, issuedAt, expiresAt: issuedAt + answer.lifeMs };
      case "unreadable":
        return noToken({ kind: "unclear", cause: "unreadable" });
      case "refused": {
        const refused = noToken(readRefusal(answer.errCode), codeForm(answer.errCode));
        if (isGoneSecondsLater(answer.errCode)) return { ...refused, next: "same pair" };
        return answer.keyRejected ? { ...refused, next: "newer pair" } : refused;
      }
    }
  }

  return async (pair, deadline) => {
    const { next, ...first } = await call(pair, deadline);
    if (next === undefined) return first;
    const again = next === "same pair" ? pair : await credentials.afterRejected(pair).catch(() => undefined);
    if (again?.appId !== pair.appId) return first;
    const { next: _, ...second } = await call(again, deadline);
    return second;
  };
}

/** What a refused token call tells of the refund: never that the refund is unknown or locked, since nobody was asked about it. */
function readRefusal(errCode: string): Reading {
  const reading = readErrCode(errCode);
  if (reading.kind === "blocked")
    return { kind: "blocked", by: reading.by === "request" ? "configuration" : reading.by };
  return reading.kind === "unclear" && reading.cause === "unfamiliar" ? reading : { kind: "unclear", cause: "gateway" };
}

function noToken(reading: Reading, code?: string): NotAuthorized {
  return { kind: "none", reading, code: code === undefined ? "NO_TOKEN" : `TOKEN_${code}` };
}

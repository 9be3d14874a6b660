import type { Reading } from "../../refund/reading.ts";
import { causeByFault, type Tried, tryTwice } from "../call.ts";
import { codeForm, readErrCode } from "../error-codes.ts";
import type { Post } from "../transport/raw-answer.ts";
import type { KeyPair } from "./key-pair.ts";
import { buildTokenRequest, readTokenAnswer, type TokenVersion, tokenPath } from "./open-access-token.ts";
import type { PlatformCredentials } from "./platform-credentials.ts";
import type { FetchedToken, FetchToken } from "./shared-token.ts";
import type { NotAuthorized } from "./upstream-authorization.ts";

export type FetchTokenDeps = {
  readonly post: Post;
  readonly credentials: PlatformCredentials;
  readonly version: TokenVersion;
  readonly now: () => number;
  /** Text of at most 128 characters, never the same twice. */
  readonly newNonce: () => string;
};

type TokenTry = Tried & { readonly fetched: FetchedToken };

/** Makes the token call, twice where that helps. A newer key is only used if it is of the same AppId. */
export function createFetchToken(deps: FetchTokenDeps): FetchToken {
  const { post, credentials, now } = deps;
  const path = tokenPath(deps.version);

  async function call(pair: KeyPair, deadline: number): Promise<TokenTry> {
    const issuedAt = now();
    const result = await post(path, {}, buildTokenRequest(pair, issuedAt, deps.newNonce()), deadline);
    if (result.kind !== "answer") {
      const fetched = noToken({ kind: "unclear", cause: causeByFault[result.kind] });
      return { fetched, closed: result.kind === "closed", errCode: undefined };
    }
    const answer = readTokenAnswer(result.answer);
    switch (answer.kind) {
      case "issued": {
        const fetched = { kind: "issued", value: answer.value, issuedAt, expiresAt: issuedAt + answer.lifeMs } as const;
        return { fetched, closed: false, errCode: undefined };
      }
      case "unreadable":
        return { fetched: noToken({ kind: "unclear", cause: "unreadable" }), closed: false, errCode: undefined };
      case "refused": {
        const { errCode } = answer;
        return { fetched: noToken(readRefusal(errCode), codeForm(errCode)), closed: false, errCode };
      }
    }
  }

  async function newerThan(pair: KeyPair): Promise<KeyPair | undefined> {
    const newer = await credentials.afterRejected(pair).catch(() => undefined);
    return newer?.appId === pair.appId ? newer : undefined;
  }

  return async (pair, deadline) => (await tryTwice(pair, (access) => call(access, deadline), newerThan)).fetched;
}

/** What a refused token call tells. It never says that the refund is unknown or locked, because the refund was not asked about. */
function readRefusal(errCode: string): Reading {
  const reading = readErrCode(errCode);
  if (reading.kind === "blocked") {
    return { kind: "blocked", by: reading.by === "request" ? "configuration" : reading.by };
  }
  return reading.kind === "unclear" && reading.cause === "unfamiliar" ? reading : { kind: "unclear", cause: "gateway" };
}

function noToken(reading: Reading, code?: string): NotAuthorized {
  return { kind: "none", reading, code: code === undefined ? "NO_TOKEN" : `TOKEN_${code}` };
}

import { type JsonObject, type PostOnceDeps, postOnce } from "./post-once.ts";
import { type Failure, failureReasons, RefundStatusError } from "./refund-status-error.ts";
import type { SignedRequest } from "./signed-request.ts";

export type CallDeps = PostOnceDeps & {
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
  readonly maxRetries: number;
};

export type Call = {
  /** Signs the request for one try. */
  readonly sign: () => SignedRequest;
  readonly marker: string;
  /** For all tries and the waits between them, in ms. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
};

/** The service answers within 30 s. */
const attemptMs = 35_000;
const backoffMs = { first: 500, most: 10_000 } as const;

/**
 * Makes a call until it has an answer, in the time that it may take. Each try is signed anew, because a signature is good
 * for 5 minutes and its nonce for one request. The waits are what `Retry-After` asks for, else growing ones.
 * @throws {RefundStatusError} why there is no answer
 * @throws the reason of `signal`, if that ends the call
 */
export async function call(deps: CallDeps, { sign, marker, deadlineMs, signal }: Call): Promise<JsonObject> {
  const endsAt = deps.now() + deadlineMs;
  for (let attempts = 1; ; attempts++) {
    const timeoutMs = Math.min(attemptMs, endsAt - deps.now());
    const result = await postOnce(deps, { request: sign(), marker, timeoutMs, signal });
    if ("answer" in result) return result.answer;
    const { failure } = result;
    const waitMs = waitBeforeNext(failure, attempts, deps.random);
    const mayTryAgain = failureReasons[failure.reason].passes && attempts <= deps.maxRetries;
    // A wait past the end helps nobody: the caller learns at once when to ask again.
    if (!mayTryAgain || deps.now() + waitMs >= endsAt) throw new RefundStatusError(failure, attempts);
    await deps.sleep(waitMs, signal);
  }
}

/** Between half and all of a wait that doubles, so that clients that failed together do not come back together. */
function waitBeforeNext({ retryAfterMs }: Failure, attempts: number, random: () => number): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  const mostMs = Math.min(backoffMs.first * 2 ** (attempts - 1), backoffMs.most);
  return mostMs * (0.5 + random() / 2);
}

import type { LookUpstream } from "../refund/ask-refund-status.ts";
import type { Look, UnclearCause } from "../refund/reading.ts";
import { isGoneSecondsLater, isKeyRejected } from "./error-codes.ts";
import { type Credentials, signBody } from "./open-body-sig.ts";
import type { Post, PostResult } from "./post.ts";
import { buildRefundQuery, type ReadAnswer, readRefundQuery, refundQueryPath } from "./refund-query.ts";

/** Where the platform's pair comes from. */
export interface PlatformCredentials {
  /** @throws when there is none to be had, or it is not set yet */
  current(): Promise<Credentials>;
  /**
   * The pair to try after upstream has rejected this one; undefined when there is no reason to think that another try
   * would go better, because it has just been looked up.
   * @throws when there is none to be had
   */
  afterRejected(rejected: Credentials): Promise<Credentials | undefined>;
}

export type LookUpstreamNeeds = {
  readonly post: Post;
  readonly credentials: PlatformCredentials;
  readonly now: () => number;
  /** 32 hex characters that were never given before; used as nonce and as message number. */
  readonly newId: () => string;
  /** The longest one attempt may take, in ms. */
  readonly attemptMs: number;
};

const maxAttempts = 2;

const causeByFault = {
  timeout: "timeout",
  closed: "unreachable",
  unreachable: "unreachable",
  unreadable: "unreadable",
} as const satisfies Record<Exclude<PostResult["kind"], "answer">, UnclearCause>;

type Attempt = { readonly read: ReadAnswer; readonly msgId: string; readonly closed: boolean };

/**
 * Asks upstream once, and once more where that is known to help: a connection closed before any answer, the gateway's
 * passing fault, or a rejected key that has been replaced. Never throws: trouble is a reading.
 */
export function createLookUpstream(needs: LookUpstreamNeeds): LookUpstream {
  const { now } = needs;

  async function attempt(
    credentials: Credentials,
    question: Parameters<LookUpstream>[0],
    deadline: number,
  ): Promise<Attempt> {
    const msgId = needs.newId();
    const body = buildRefundQuery(question, now(), msgId);
    const authorization = signBody(credentials, body, now(), needs.newId());
    const until = Math.min(deadline, now() + needs.attemptMs);
    const result = await needs.post(refundQueryPath, { authorization }, body, until);
    if (result.kind === "answer") {
      return { read: readRefundQuery(result.answer, question, msgId), msgId, closed: false };
    }
    const cause = causeByFault[result.kind];
    return { read: withoutAnswer({ kind: "unclear", cause }), msgId, closed: result.kind === "closed" };
  }

  /** The pair to ask once more with, or undefined. */
  async function worthAnotherTry(last: Attempt, credentials: Credentials): Promise<Credentials | undefined> {
    if (last.closed || isGoneSecondsLater(last.read.errCode)) return credentials;
    if (!isKeyRejected(last.read.errCode)) return undefined;
    return await needs.credentials.afterRejected(credentials).catch(() => undefined);
  }

  return async (question, deadline) => {
    const startedAt = now();
    let last: Attempt | undefined;
    let credentials: Credentials | undefined = await needs.credentials.current().catch(() => undefined);
    for (let attempts = 0; credentials !== undefined && attempts < maxAttempts; attempts++) {
      last = await attempt(credentials, question, deadline);
      if (attempts + 1 < maxAttempts) credentials = await worthAnotherTry(last, credentials);
    }
    const { reading, code, answer, answerDigest } = last?.read ?? neverAsked;
    return { reading, code, answer, answerDigest, upstreamMsgId: last?.msgId, latencyMs: now() - startedAt };
  };
}

/** There was nothing to sign with, so that nothing was sent; the code tells that apart from a refusal. */
const neverAsked: ReadAnswer = { ...withoutAnswer({ kind: "blocked", by: "credentials" }), code: "NO_CREDENTIALS" };

function withoutAnswer(reading: Look["reading"]): ReadAnswer {
  return { reading, code: undefined, errCode: undefined, answer: undefined, answerDigest: undefined };
}

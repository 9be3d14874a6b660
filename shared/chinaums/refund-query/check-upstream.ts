import { refundQueryPath } from "../../names.ts";
import type { Check } from "../../refund/check.ts";
import type { CheckUpstream } from "../../refund/question.ts";
import type { UnclearCause } from "../../refund/reading.ts";
import { isGoneSecondsLater, isKeyRejected } from "../error-codes.ts";
import type { Post, PostResult } from "../transport/post.ts";
import { buildRefundQuery, nothingToShow, type ReadAnswer, readRefundQuery } from "./refund-query.ts";

/** What calls are let in by. */
export type UpstreamAuthorization = {
  readonly kind: "ready";
  /** The Authorization header of a call with this body, byte for byte, that is sent at `now` (epoch ms). */
  header(body: string, now: number): string;
  /**
   * What to call with after upstream has rejected this; undefined when there is no reason to think that another try would
   * go better. `deadline` (epoch ms) is the check's own.
   */
  afterRejected(deadline: number): Promise<UpstreamAuthorization | NotAuthorized | undefined>;
};

/** There is nothing to call with, and so nothing was asked. What the check tells instead; the code is ours. */
export type NotAuthorized = { readonly kind: "none"; readonly reading: Check["reading"]; readonly code: string };

/** Gives what to call with, before `deadline` (epoch ms). Never throws: trouble is a reading here too. */
export type AuthorizeUpstream = (deadline: number) => Promise<UpstreamAuthorization | NotAuthorized>;

export type CheckUpstreamDeps = {
  readonly post: Post;
  readonly authorize: AuthorizeUpstream;
  readonly now: () => number;
  /** 32 hex characters that were never given before; used as message number. */
  readonly newId: () => string;
  /** The longest one attempt may take, in ms. */
  readonly attemptMs: number;
  /** Whether bodies are sent as `{"data": {…}}`. */
  readonly needDataTag: boolean;
};

const maxAttempts = 2;

/** What a call without an answer tells. */
export const causeByFault = {
  timeout: "timeout",
  closed: "unreachable",
  unreachable: "unreachable",
  unreadable: "unreadable",
} as const satisfies Record<Exclude<PostResult["kind"], "answer">, UnclearCause>;

type Attempt = { readonly read: ReadAnswer; readonly msgId: string; readonly closed: boolean };

/**
 * Asks upstream once, and once more where that is known to help: a connection closed before any answer, the gateway's
 * passing fault, or a rejected key or token that has been replaced. Never throws: trouble is a reading.
 */
export function createCheckUpstream(deps: CheckUpstreamDeps): CheckUpstream {
  const { now } = deps;

  async function attempt(
    authorization: UpstreamAuthorization,
    question: Parameters<CheckUpstream>[0],
    deadline: number,
  ): Promise<Attempt> {
    const msgId = deps.newId();
    const body = buildRefundQuery(question, now(), msgId, deps.needDataTag);
    const header = authorization.header(body, now());
    const until = Math.min(deadline, now() + deps.attemptMs);
    const result = await deps.post(refundQueryPath, { authorization: header }, body, until);
    if (result.kind === "answer") {
      return { read: readRefundQuery(result.answer, question, msgId), msgId, closed: false };
    }
    const cause = causeByFault[result.kind];
    return { read: withoutAnswer({ kind: "unclear", cause }), msgId, closed: result.kind === "closed" };
  }

  /** What to ask once more with, or undefined. */
  async function worthAnotherTry(last: Attempt, authorization: UpstreamAuthorization, deadline: number) {
    if (last.closed || isGoneSecondsLater(last.read.errCode)) return authorization;
    return isKeyRejected(last.read.errCode) ? await authorization.afterRejected(deadline) : undefined;
  }

  return async (question, deadline) => {
    const startedAt = now();
    const checkOf = ({ reading, code, answer, isSameAnswerAs }: ReadAnswer, msgId: string | undefined): Check => ({
      reading,
      code,
      answer,
      matchedBy: undefined,
      isSameAnswerAs,
      upstreamMsgId: msgId,
      latencyMs: now() - startedAt,
    });

    let authorization = await deps.authorize(deadline);
    let last: Attempt | undefined;
    for (let attempts = 1; authorization.kind === "ready"; attempts++) {
      last = await attempt(authorization, question, deadline);
      const next = attempts < maxAttempts ? await worthAnotherTry(last, authorization, deadline) : undefined;
      if (next === undefined) return checkOf(last.read, last.msgId);
      authorization = next;
    }
    return checkOf({ ...withoutAnswer(authorization.reading), code: authorization.code }, last?.msgId);
  };
}

function withoutAnswer(reading: Check["reading"]): ReadAnswer {
  return { reading, code: undefined, errCode: undefined, ...nothingToShow };
}

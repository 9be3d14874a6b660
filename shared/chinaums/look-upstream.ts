import type { LookUpstream } from "../refund/question.ts";
import type { Look, UnclearCause } from "../refund/reading.ts";
import { isGoneSecondsLater, isKeyRejected } from "./error-codes.ts";
import type { Post, PostResult } from "./post.ts";
import { buildRefundQuery, nothingToShow, type ReadAnswer, readRefundQuery, refundQueryPath } from "./refund-query.ts";

/** What calls are let in by. */
export type Authentication = {
  readonly kind: "ready";
  /** The Authorization header of a call with this body, byte for byte, that is sent at `now` (epoch ms). */
  header(body: string, now: number): string;
  /**
   * What to call with after upstream has rejected this; undefined when there is no reason to think that another try would
   * go better. `deadline` (epoch ms) is the look's own.
   */
  afterRejected(deadline: number): Promise<Authentication | NotAuthenticated | undefined>;
};

/** There is nothing to call with, and so nothing was asked. What the look tells instead; the code is ours. */
export type NotAuthenticated = { readonly kind: "none"; readonly reading: Look["reading"]; readonly code: string };

/** Gives what to call with, before `deadline` (epoch ms). Never throws: trouble is a reading here too. */
export type Authenticate = (deadline: number) => Promise<Authentication | NotAuthenticated>;

export type LookUpstreamNeeds = {
  readonly post: Post;
  readonly authenticate: Authenticate;
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
export function createLookUpstream(needs: LookUpstreamNeeds): LookUpstream {
  const { now } = needs;

  async function attempt(
    authentication: Authentication,
    question: Parameters<LookUpstream>[0],
    deadline: number,
  ): Promise<Attempt> {
    const msgId = needs.newId();
    const body = buildRefundQuery(question, now(), msgId, needs.needDataTag);
    const authorization = authentication.header(body, now());
    const until = Math.min(deadline, now() + needs.attemptMs);
    const result = await needs.post(refundQueryPath, { authorization }, body, until);
    if (result.kind === "answer") {
      return { read: readRefundQuery(result.answer, question, msgId), msgId, closed: false };
    }
    const cause = causeByFault[result.kind];
    return { read: withoutAnswer({ kind: "unclear", cause }), msgId, closed: result.kind === "closed" };
  }

  /** What to ask once more with, or undefined. */
  async function worthAnotherTry(last: Attempt, authentication: Authentication, deadline: number) {
    if (last.closed || isGoneSecondsLater(last.read.errCode)) return authentication;
    return isKeyRejected(last.read.errCode) ? await authentication.afterRejected(deadline) : undefined;
  }

  return async (question, deadline) => {
    const startedAt = now();
    const lookOf = ({ reading, code, answer, repeats }: ReadAnswer, msgId: string | undefined): Look => ({
      reading,
      code,
      answer,
      repeats,
      upstreamMsgId: msgId,
      latencyMs: now() - startedAt,
    });

    let authentication = await needs.authenticate(deadline);
    let last: Attempt | undefined;
    for (let attempts = 1; authentication.kind === "ready"; attempts++) {
      last = await attempt(authentication, question, deadline);
      const next = attempts < maxAttempts ? await worthAnotherTry(last, authentication, deadline) : undefined;
      if (next === undefined) return lookOf(last.read, last.msgId);
      authentication = next;
    }
    return lookOf({ ...withoutAnswer(authentication.reading), code: authentication.code }, last?.msgId);
  };
}

function withoutAnswer(reading: Look["reading"]): ReadAnswer {
  return { reading, code: undefined, errCode: undefined, ...nothingToShow };
}

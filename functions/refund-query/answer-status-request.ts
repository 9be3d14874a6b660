import type { CheckContext } from "../../shared/refund/check-context.ts";
import { type ClaimTerms, decideClaim } from "../../shared/refund/decide-claim.ts";
import type { CheckUpstream, Question } from "../../shared/refund/question.ts";
import { type Ladders, openLadderOf, withJitter } from "../../shared/refund/recheck-ladder.ts";
import { isFinal, type Refund } from "../../shared/refund/refund.ts";
import type { RefundStore, RequestKey } from "../../shared/refund/refund-store.ts";
import { settleCheck } from "../../shared/refund/settle-check.ts";
import { answerOnRecord } from "../../shared/refund/shown-answer.ts";
import type { StatusRequest, StatusResult, StatusTimes } from "./status-request.ts";

const maxLeaseMs = 60_000;
/** What must be left for writing down the answer after the check. */
const settleMs = 2_000;
/** What must be left for answering the partner after the last try to write the answer down. */
const answerMs = 300;
/** A check mostly ends long before its lease does, so nobody is sent away for all of the lease. */
const maxRetryAfterMs = 5_000;
const pollMs = { first: 40, last: 640 } as const;

export type AnswerStatusRequestDeps = {
  readonly store: RefundStore;
  readonly checkUpstream: CheckUpstream;
  readonly ladders: Ladders;
  readonly times: StatusTimes;
  readonly now: () => number;
  readonly random: () => number;
  readonly newOwner: () => string;
  readonly sleep: (ms: number) => Promise<void>;
};

export type AnswerStatusRequest = (request: StatusRequest) => Promise<StatusResult>;

/**
 * Answers a partner's request about one refund: from the record where that is true enough, by the check of another request
 * that is under way, and otherwise by a check of its own, which it writes down.
 *
 * Hops one after another: claim, upstream, settle; claim alone where the record answers.
 */
export function createAnswerStatusRequest(deps: AnswerStatusRequestDeps): AnswerStatusRequest {
  const { store, times, now } = deps;

  async function check(
    claimed: Refund,
    request: StatusRequest,
    keyExpiresAt: number | undefined,
  ): Promise<StatusResult> {
    const { question, payloadDigest, endsAt } = request;
    const seen = await deps.checkUpstream(question, Math.min(now() + times.checkMs, endsAt - settleMs));
    const context: CheckContext = {
      asked: { tid: question.tid, digest: payloadDigest },
      now: now(),
      random: deps.random,
      ladders: deps.ladders,
    };
    const { refund, written } = await settleCheck(
      { ...deps, settle: store.settle },
      claimed,
      seen,
      context,
      endsAt - answerMs,
    );
    // A final state is told only as it is on record, because another check may have proved it first.
    const isOvertaken = !written && (isFinal(refund.state) || seen.reading.kind === "settled");
    if (isOvertaken) return recordedResult(refund, keyExpiresAt, false);
    return {
      kind: "answered",
      refund,
      check: seen,
      before: written ? claimed : undefined,
      answer: seen.answer,
      source: "upstream",
      replayed: false,
      keyExpiresAt,
    };
  }

  /** A claim that fails writes no key, so one that the partner chose is remembered here, by a hop of its own. */
  async function answerFromRecord(
    refund: Refund,
    knownKeyExpiresAt: number | undefined,
    key: RequestKey | undefined,
  ): Promise<StatusResult> {
    if (knownKeyExpiresAt !== undefined || key === undefined) {
      return recordedResult(refund, knownKeyExpiresAt, knownKeyExpiresAt !== undefined);
    }
    const remembered = await store.rememberKey(key, refund, now());
    if (remembered.kind === "key_reused") return remembered;
    return recordedResult(refund, remembered.expiresAt, false);
  }

  /**
   * Waits for a check that another request is making: gives the record once it answers this request too, `free` once the
   * refund can be claimed, or `waiting` when the other one is still at it at `waitUntil`.
   */
  async function waitForConcurrentCheck(
    question: Question,
    terms: Omit<ClaimTerms, "now">,
    waitUntil: number,
    owner: string,
  ): Promise<Refund | "free" | "waiting"> {
    for (let pauseMs: number = pollMs.first; ; pauseMs = Math.min(pauseMs * 2, pollMs.last)) {
      if (now() + pauseMs > waitUntil) return "waiting";
      await deps.sleep(withJitter(pauseMs, deps.random));
      const refund = await store.read(question);
      // A claim of its own whose answer was lost, and whose second try met another write.
      if (refund === undefined || refund.lease?.owner === owner) return "free";
      const decision = decideClaim(refund, { ...terms, now: now() });
      if (decision === "record") return refund;
      if (decision === "claim") return "free";
    }
  }

  return async (request) => {
    const { question, payloadDigest, partnerId, endsAt } = request;
    const arrivedAt = now();
    const waitUntil = Math.min(arrivedAt + times.concurrentCheckMs, endsAt - settleMs);
    const owner = deps.newOwner();
    for (;;) {
      const at = now();
      const lease = { owner, until: Math.min(endsAt, at + maxLeaseMs) };
      const key = request.key && { ...request.key, expiresAt: at + times.keyMs };
      const terms = {
        asked: { tid: question.tid, digest: payloadDigest },
        recentSince: at - times.recentMs,
        arrivedAt,
      };
      const firstStepMs = withJitter(openLadderOf(deps.ladders, question.instMid)[0] ?? maxLeaseMs, deps.random);
      const { mid, instMid, merOrderId } = question;
      const claim = await store.claim({
        ...terms,
        identity: { mid, instMid, merOrderId },
        lease,
        partnerId,
        key,
        now: at,
        dueAt: Math.max(at + firstStepMs, lease.until),
      });
      switch (claim.kind) {
        case "key_reused":
          return claim;
        case "recorded":
          return await answerFromRecord(claim.refund, claim.keyExpiresAt, key);
        case "claimed":
          return await check(claim.refund, request, claim.keyExpiresAt);
        case "in_flight": {
          const found = await waitForConcurrentCheck(question, terms, waitUntil, owner);
          if (found === "waiting") {
            const leaseLeftMs = (claim.refund?.lease?.until ?? 0) - now();
            const retryAfterMs = Math.min(leaseLeftMs, maxRetryAfterMs);
            return { kind: "in_flight", refund: claim.refund, retryAfterMs };
          }
          if (found !== "free") return await answerFromRecord(found, claim.keyExpiresAt, key);
        }
      }
    }
  };
}

/** What is on record answers for upstream where the last check had an answer; after one without, none is shown. */
function recordedResult(refund: Refund, keyExpiresAt: number | undefined, keyKnown: boolean): StatusResult {
  return {
    kind: "answered",
    refund,
    check: undefined,
    answer: answerOnRecord(refund),
    source: "record",
    replayed: keyKnown && isFinal(refund.state),
    keyExpiresAt,
  };
}

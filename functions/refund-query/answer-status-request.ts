import type { Check } from "../../shared/refund/check.ts";
import { withKey } from "../../shared/refund/claim-refund.ts";
import type { CheckUpstream, Question } from "../../shared/refund/question.ts";
import { type Ladders, withJitter } from "../../shared/refund/recheck-ladder.ts";
import type { CheckContext } from "../../shared/refund/record-check.ts";
import { isFinal, newRefund, type Refund } from "../../shared/refund/refund.ts";
import type { RefundStore, RequestKey } from "../../shared/refund/refund-store.ts";
import { settleCheck } from "../../shared/refund/settle-check.ts";
import type { StatusRequest, StatusResult, StatusTimes } from "./status-request.ts";

const maxLeaseMs = 60_000;
/** What must be left for writing down the answer after the check. */
const settleMs = 2_000;
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

/**
 * Asks for one refund on behalf of a partner who may: answers from the record where that is true enough, waits for whoever
 * is asking the same right now, and otherwise claims the refund, asks upstream and writes down what it said.
 *
 * Hops one after another: claim, upstream, settle at first sight; claim alone once final.
 */
export function createAnswerStatusRequest(
  deps: AnswerStatusRequestDeps,
): (request: StatusRequest) => Promise<StatusResult> {
  const { store, times, now } = deps;

  async function askUpstream(refund: Refund, request: StatusRequest, keyExpiresAt: number): Promise<StatusResult> {
    const deadline = Math.min(now() + times.checkMs, request.endsAt - settleMs);
    const check = await deps.checkUpstream(request.question, deadline);
    const context: CheckContext = { now: now(), random: deps.random, ladders: deps.ladders };
    const asked = { ...refund, tid: tidToKeep(refund, request.question.tid, check) };
    const settled = await settleCheck(store.settle, asked, check, context);
    if (!settled.written) return recordedResult(settled.refund, keyExpiresAt, false);
    return {
      kind: "answered",
      refund: settled.refund,
      check,
      answer: check.answer,
      source: "upstream",
      replayed: false,
      keyExpiresAt,
    };
  }

  /** A claim that fails writes no key, so one that the partner chose is remembered here, by a hop of its own. */
  async function answerFromRecord(
    refund: Refund,
    knownKeyExpiresAt: number | undefined,
    key: RequestKey,
  ): Promise<StatusResult> {
    if (knownKeyExpiresAt !== undefined || !key.chosen) {
      return recordedResult(refund, knownKeyExpiresAt, knownKeyExpiresAt !== undefined);
    }
    const remembered = await store.rememberKey(key, refund, now());
    if (remembered.kind === "key_reused") return remembered;
    return recordedResult(refund, remembered.expiresAt, false);
  }

  /**
   * Waits until the one who is asking has written what it saw: that, `free` when its lease has ended without a word, or
   * `waiting` when it is still at it at `waitUntil`.
   */
  async function waitForConcurrentCheck(
    question: Question,
    since: number,
    waitUntil: number,
  ): Promise<Refund | "free" | "waiting"> {
    for (let pauseMs: number = pollMs.first; ; pauseMs = Math.min(pauseMs * 2, pollMs.last)) {
      if (now() + pauseMs > waitUntil) return "waiting";
      await deps.sleep(withJitter(pauseMs, deps.random));
      const refund = await store.read(question);
      if (refund === undefined) return "free";
      const { state, checkedAt, lease } = refund;
      if (isFinal(state) || (checkedAt !== undefined && checkedAt >= since)) return refund;
      if (lease === undefined || lease.until <= now()) return "free";
    }
  }

  return async (request) => {
    const arrivedAt = now();
    const waitUntil = Math.min(arrivedAt + times.concurrentCheckMs, request.endsAt - settleMs);
    const owner = deps.newOwner();
    for (;;) {
      const at = now();
      const lease = { owner, until: Math.min(request.endsAt, at + maxLeaseMs) };
      const key: RequestKey = { ...request.key, expiresAt: at + times.keyMs };
      const firstStepMs = withJitter(deps.ladders.open[0] ?? maxLeaseMs, deps.random);
      const fresh = newRefund(request.question, {
        tid: request.question.tid,
        partnerId: request.partnerId,
        keys: withKey([], key, at),
        now: at,
        dueAt: Math.max(at + firstStepMs, lease.until),
        lease,
      });
      const claim = await store.claim({
        fresh,
        lease,
        partnerId: request.partnerId,
        key,
        now: at,
        recentSince: at - times.recentMs,
        arrivedAt,
      });
      switch (claim.kind) {
        case "key_reused":
          return claim;
        case "recorded":
          return await answerFromRecord(claim.refund, claim.keyExpiresAt, key);
        case "claimed":
          return await askUpstream(claim.refund, request, claim.keyExpiresAt);
        case "in_flight": {
          const twin = await waitForConcurrentCheck(request.question, arrivedAt, waitUntil);
          if (twin === "waiting") {
            const leaseLeftMs = (claim.refund?.lease?.until ?? 0) - now();
            const retryAfterMs = Math.min(Math.max(1_000, leaseLeftMs), maxRetryAfterMs);
            return { kind: "in_flight", refund: claim.refund, retryAfterMs };
          }
          if (twin !== "free") return await answerFromRecord(twin, claim.keyExpiresAt, key);
        }
      }
    }
  };
}

/** What is on record answers for upstream where the last check had an answer; after one without, none is shown. */
function recordedResult(refund: Refund, keyExpiresAt: number | undefined, keyKnown: boolean): StatusResult {
  const final = isFinal(refund.state);
  const answeredAtLastCheck = refund.answeredAt !== undefined && refund.answeredAt === refund.checkedAt;
  return {
    kind: "answered",
    refund,
    check: undefined,
    answer: final || answeredAtLastCheck ? refund.answer?.fields : undefined,
    source: "record",
    replayed: keyKnown && final,
    keyExpiresAt,
  };
}

/**
 * The terminal that upstream has just known the refund by, whatever was kept before; while upstream does not know the
 * refund at all, the last one asked with is the best guess.
 */
function tidToKeep(refund: Refund, askedTid: string, check: Check): string {
  const known = check.reading.kind === "settled" || check.reading.kind === "processing";
  const neverKnown = refund.reading === undefined || refund.reading.kind === "not_found";
  return known || neverKnown ? askedTid : refund.tid;
}

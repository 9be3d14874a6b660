import type { LookUpstream, Question } from "./question.ts";
import type { Look } from "./reading.ts";
import { type Ladders, withJitter } from "./recheck-ladder.ts";
import type { LookContext } from "./record-look.ts";
import { isFinal, newRefund, type Refund } from "./refund.ts";
import type { RefundStore, RequestKey } from "./refund-store.ts";
import { settleLook } from "./settle-look.ts";
import type { StatusRequest, StatusResult, StatusTimes } from "./status-request.ts";
import { withKey } from "./take-lease.ts";

const maxLeaseMs = 60_000;
/** What must be left for writing down the answer after the look. */
const settleMs = 2_000;
/** A look mostly ends long before its lease does, so nobody is sent away for all of the lease. */
const maxRetryAfterMs = 5_000;
const pollMs = { first: 40, last: 640 } as const;

export type AskRefundStatusNeeds = {
  readonly store: RefundStore;
  readonly lookUpstream: LookUpstream;
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
export function createAskRefundStatus(needs: AskRefundStatusNeeds): (request: StatusRequest) => Promise<StatusResult> {
  const { store, times, now } = needs;

  async function askUpstream(refund: Refund, request: StatusRequest, keyExpiresAt: number): Promise<StatusResult> {
    const deadline = Math.min(now() + times.lookMs, request.endsAt - settleMs);
    const look = await needs.lookUpstream(request.question, deadline);
    const context: LookContext = { now: now(), random: needs.random, ladders: needs.ladders };
    const asked = { ...refund, tid: tidToKeep(refund, request.question.tid, look) };
    const settled = await settleLook(store.settle, asked, look, context);
    if (!settled.written) return recordedResult(settled.refund, keyExpiresAt, false);
    return {
      kind: "answered",
      refund: settled.refund,
      look,
      answer: look.answer,
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
  async function waitForTwin(
    question: Question,
    since: number,
    waitUntil: number,
  ): Promise<Refund | "free" | "waiting"> {
    for (let pauseMs: number = pollMs.first; ; pauseMs = Math.min(pauseMs * 2, pollMs.last)) {
      if (now() + pauseMs > waitUntil) return "waiting";
      await needs.sleep(withJitter(pauseMs, needs.random));
      const refund = await store.read(question);
      if (refund === undefined) return "free";
      const { state, checkedAt, lease } = refund;
      if (isFinal(state) || (checkedAt !== undefined && checkedAt >= since)) return refund;
      if (lease === undefined || lease.until <= now()) return "free";
    }
  }

  return async (request) => {
    const arrivedAt = now();
    const waitUntil = Math.min(arrivedAt + times.twinMs, request.endsAt - settleMs);
    const owner = needs.newOwner();
    for (;;) {
      const at = now();
      const lease = { owner, until: Math.min(request.endsAt, at + maxLeaseMs) };
      const key: RequestKey = { ...request.key, expiresAt: at + times.keyMs };
      const firstStepMs = withJitter(needs.ladders.open[0] ?? maxLeaseMs, needs.random);
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
          const twin = await waitForTwin(request.question, arrivedAt, waitUntil);
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

/** What is on record answers for upstream where the last look had an answer; after one without, none is shown. */
function recordedResult(refund: Refund, keyExpiresAt: number | undefined, keyKnown: boolean): StatusResult {
  const final = isFinal(refund.state);
  const answeredAtLastLook = refund.answeredAt !== undefined && refund.answeredAt === refund.checkedAt;
  return {
    kind: "answered",
    refund,
    look: undefined,
    answer: final || answeredAtLastLook ? refund.answer?.fields : undefined,
    source: "record",
    replayed: keyKnown && final,
    keyExpiresAt,
  };
}

/**
 * The terminal that upstream has just known the refund by, whatever was kept before; while upstream does not know the
 * refund at all, the last one asked with is the best guess.
 */
function tidToKeep(refund: Refund, askedTid: string, look: Look): string {
  const known = look.reading.kind === "settled" || look.reading.kind === "processing";
  const neverKnown = refund.reading === undefined || refund.reading.kind === "not_found";
  return known || neverKnown ? askedTid : refund.tid;
}

import type { Episode } from "./faults.ts";
import type { Invariants } from "./invariants.ts";
import { checkTellLiveness, type TellLivenessDeps } from "./tell-liveness.ts";
import type { Truth } from "./truth.ts";
import type { Upstream } from "./upstream.ts";
import { holding, type World } from "./world.ts";

export type LivenessDeps = {
  readonly world: World;
  readonly truths: readonly Truth[];
  readonly upstream: Upstream;
  readonly invariants: Invariants;
  /** What the index of due work shows of refunds: partition keys. */
  readonly indexed: () => readonly string[];
  /** Times in which nothing could be found out about a refund. */
  readonly hindrances: (truth: Truth) => readonly Episode[];
  /** Requests about a refund that were let in. */
  readonly requests: (id: string) => number;
  readonly telling: TellLivenessDeps;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** The longest step of any ladder, and of a refund in review. */
const longestStepMs = dayMs;
/** The next sweep, and what one sweep may take. */
const sweepMs = 10 * minuteMs;
/** The longest quick retry on the first day. */
const retryMs = 31 * minuteMs;
const giveUpAfterMs = 30 * dayMs;

/**
 * The rules that hold at the end, when faults have stopped and time has passed: all that can be known is known, and nothing
 * is left behind. Gives for each refund how long it took from when it could be known until it was.
 */
export function checkLiveness(deps: LivenessDeps): number[] {
  const { world, truths, upstream, invariants, hindrances, requests } = deps;
  const now = world.clock.now();
  const delays: number[] = [];
  const indexed = new Set(deps.indexed());

  for (const truth of truths) {
    const { id } = truth;
    const row = invariants.latest(id);
    if (row === undefined) continue;
    const hold = holding(world, () => `${id}: ${JSON.stringify(row)}, truth ${JSON.stringify(truth)}`);
    const { calls = 0, failedAt = [], misledAt = [] } = upstream.records.get(id) ?? {};
    const finalAt = invariants.finalSince(id);
    const ageMs = now - Number(row.firstSeenAt);

    const askedAt = invariants.askedSince(id, truth.tid) ?? Infinity;
    const provableAt = Math.max(truth.settlesAt, askedAt, Number(row.firstSeenAt));
    const isLeftToPeople = provableAt > Number(row.firstSeenAt) + giveUpAfterMs - longestStepMs;
    if (!isLeftToPeople) {
      const until = finalAt ?? now;
      const delayMs = Math.max(0, until - provableAt);
      const since = (instants: readonly number[]) => instants.filter((at) => at >= provableAt && at <= until).length;
      const lost = hindrances(truth).filter((one) => one.until > provableAt - retryMs && one.from < until);
      const hinderedMs = lost.reduce((sum, one) => {
        const lengthMs = one.until - Math.max(one.from, provableAt);
        return sum + Math.max(0, lengthMs) + Math.max(retryMs, (one.until - one.from) / 24);
      }, 0);
      const boundMs = longestStepMs * (1 + since(misledAt)) + sweepMs + hinderedMs + retriesAfter(since(failedAt));
      hold(finalAt !== undefined || delayMs <= boundMs, "what can be proved is final in the end");
      hold(delayMs <= boundMs, "what can be proved is found out within a step and the outage");
      if (finalAt !== undefined) delays.push(delayMs);
    }

    const isFinal = finalAt !== undefined;
    hold(
      isFinal || ageMs < giveUpAfterMs + 2 * dayMs || row.state === "needs_review",
      "what does not end is left to people",
    );
    const isIndexed = row.dueAt !== undefined || /^[tp]/.test(String(row.dueShard));
    hold(indexed.has(`REFUND#${id}`) === isIndexed, "the index shows what is due, and nothing else");
    const isOverdue = row.dueAt !== undefined && Number(row.dueAt) < now - sweepMs && !/^newer/.test(String(row.state));
    hold(!isOverdue, "what is due is checked");
    hold(
      row.verifyRequestedAt === undefined || Number(row.verifyRequestedAt) > now - sweepMs,
      "what is to be verified is",
    );
    const terminals = Array.isArray(row.askedTids) ? row.askedTids.length : 1;
    const mostCalls = 2 * (terminals * (90 + requests(id)) + failedAt.length * 2);
    hold(calls <= mostCalls, "a refund costs a bounded number of questions");
  }
  checkTellLiveness(world, deps.telling);
  return delays;
}

/** Independent faults each cost a quick retry; the first ones come soon. */
function retriesAfter(failed: number): number {
  return Math.min(failed, 6) * retryMs;
}

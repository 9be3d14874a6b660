import type { Check } from "../../shared/refund/check.ts";
import { type CheckUpstream, checkMs } from "../../shared/refund/question.ts";
import type { Reading } from "../../shared/refund/reading.ts";
import type { Ladders } from "../../shared/refund/recheck-ladder.ts";
import type { RecheckStore } from "../../shared/refund/recheck-store.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { settleCheck } from "../../shared/refund/settle-check.ts";
import { dueRefunds } from "./due-refunds.ts";
import { readAhead } from "./read-ahead.ts";
import { countChecked, countRechecked, newSweepCounts, type Rechecked, type SweepCounts } from "./sweep-counts.ts";

export type RecheckDueDeps = {
  readonly store: RecheckStore;
  readonly checkUpstream: CheckUpstream;
  readonly ladders: Ladders;
  /** Questions that are upstream at once. */
  readonly concurrency: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly newOwner: () => string;
  readonly sleep: (ms: number) => Promise<void>;
};

export type SweepSummary = SweepCounts & {
  /** Upstream refused us, and the rest was left for later. */
  readonly stoppedByRefusal: boolean;
  /** The time was up before all that was due had been asked about. */
  readonly outOfTime: boolean;
};

/** Sweeps some shards until `endsAt` (epoch ms) at the latest, and tells of each check that was written or overtaken. */
export type RecheckDue = (
  shards: readonly string[],
  endsAt: number,
  onRechecked: (one: Rechecked) => void,
) => Promise<SweepSummary>;

/** One check and its writing; with less time left than this no other is begun. */
const oneCheckMs = 20_000;
/** A refusal of our credentials concerns every refund alike, so after so many in a row the others are spared. */
const maxRefusals = 3;
/** For so long only a few checks are under way at first: refusals come fast, and would otherwise cost a check a worker. */
const carefulMs = 1_000;

/**
 * Checks every refund of some shards that is due, until nothing is due any more or the time is nearly up. Each is asked
 * about at most once a sweep; the trouble of one does not touch the others.
 * @throws where the shards cannot be swept at all; refunds whose own check failed are counted, and still due
 */
export function createRecheckDue(deps: RecheckDueDeps): RecheckDue {
  const { store, now, concurrency } = deps;

  return async (shards, endsAt, onRechecked) => {
    const counts = newSweepCounts();
    let refusals = 0;
    let outOfTime = false;
    const stopped = () => refusals >= maxRefusals || outOfTime;
    const owner = deps.newOwner();
    const refunds = readAhead(dueRefunds({ ...deps, owner, shards, endsAt, counts, stopped }), concurrency);

    let openGate = () => {};
    const gate = new Promise<void>((resolve) => {
      openGate = resolve;
    });

    async function check(refund: Refund): Promise<Check> {
      countChecked(counts, refund, now());
      const { mid, instMid, merOrderId, tid } = refund;
      const deadline = Math.min(now() + checkMs, endsAt);
      const seen = await deps.checkUpstream({ mid, instMid, merOrderId, tid, srcReserve: undefined }, deadline);
      refusals = isRefusal(seen.reading) ? refusals + 1 : 0;
      if (refusals === 0) openGate();
      return seen;
    }

    async function settle(before: Refund, seen: Check): Promise<void> {
      const context = { now: now(), random: deps.random, ladders: deps.ladders };
      const { refund: after, written } = await settleCheck(store.settle, before, seen, context);
      const rechecked = { before, after, check: seen, written };
      countRechecked(counts, rechecked, now());
      onRechecked(rechecked);
    }

    const settling = new Set<Promise<void>>();
    const fail = () => {
      counts.failed++;
    };
    /** Takes one refund after another; what is seen is written down while the next one is being asked about. */
    async function work(worker: number): Promise<void> {
      if (worker >= maxRefusals) await gate;
      try {
        for (;;) {
          outOfTime ||= now() + oneCheckMs > endsAt;
          if (stopped()) return;
          const refund = await refunds.take();
          if (refund === undefined) return;
          const seen = await check(refund).catch(fail);
          if (seen === undefined) continue;
          const writing: Promise<void> = settle(refund, seen)
            .catch(fail)
            .finally(() => settling.delete(writing));
          settling.add(writing);
          if (settling.size > concurrency) await Promise.race(settling);
        }
      } finally {
        openGate();
      }
    }

    // Not waited for: the gate also opens with the first answer that is no refusal.
    void deps.sleep(carefulMs).then(openGate);
    const ended = await Promise.allSettled(Array.from({ length: concurrency }, (_, worker) => work(worker)));
    await Promise.all(settling);
    await refunds.close();
    await Promise.allSettled(counts.shardsSwept.map((shard) => store.releaseSweep(shard, owner)));
    for (const end of ended) if (end.status === "rejected") throw end.reason;
    return { ...counts, stoppedByRefusal: refusals >= maxRefusals, outOfTime };
  };
}

function isRefusal(reading: Reading): boolean {
  return reading.kind === "blocked" && reading.by === "credentials";
}

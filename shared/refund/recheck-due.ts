import { dueRefunds } from "./due-refunds.ts";
import { type LookUpstream, lookMs } from "./question.ts";
import { readAhead } from "./read-ahead.ts";
import type { Look, Reading } from "./reading.ts";
import type { Ladders } from "./recheck-ladder.ts";
import type { RecheckStore } from "./recheck-store.ts";
import type { Refund } from "./refund.ts";
import { settleLook } from "./settle-look.ts";
import { countAsked, countRechecked, newSweepCounts, type Rechecked, type SweepCounts } from "./sweep-counts.ts";

export type RecheckDueNeeds = {
  readonly store: RecheckStore;
  readonly lookUpstream: LookUpstream;
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

/** Sweeps some shards until `endsAt` (epoch ms) at the latest, and tells of each look that was written or overtaken. */
export type RecheckDue = (
  shards: readonly string[],
  endsAt: number,
  onRechecked: (one: Rechecked) => void,
) => Promise<SweepSummary>;

/** One look and its writing; with less time left than this no other is begun. */
const oneLookMs = 20_000;
/** A refusal of our credentials concerns every refund alike, so after so many in a row the others are spared. */
const maxRefusals = 3;
/** For so long only a few looks are under way at first: refusals come fast, and would otherwise cost a look a worker. */
const carefulMs = 1_000;

/**
 * Looks at every refund of some shards that is due, until nothing is due any more or the time is nearly up. Each is asked
 * about at most once a sweep; the trouble of one does not touch the others.
 * @throws where the shards cannot be swept at all; refunds whose own look failed are counted, and still due
 */
export function createRecheckDue(needs: RecheckDueNeeds): RecheckDue {
  const { store, now, concurrency } = needs;

  return async (shards, endsAt, onRechecked) => {
    const counts = newSweepCounts();
    let refusals = 0;
    let outOfTime = false;
    const stopped = () => refusals >= maxRefusals || outOfTime;
    const owner = needs.newOwner();
    const refunds = readAhead(dueRefunds({ ...needs, owner, shards, endsAt, counts, stopped }), concurrency);

    let openGate = () => {};
    const gate = new Promise<void>((resolve) => {
      openGate = resolve;
    });

    async function look(refund: Refund): Promise<Look> {
      countAsked(counts, refund, now());
      const { mid, instMid, merOrderId, tid } = refund;
      const deadline = Math.min(now() + lookMs, endsAt);
      const seen = await needs.lookUpstream({ mid, instMid, merOrderId, tid, srcReserve: undefined }, deadline);
      refusals = isRefusal(seen.reading) ? refusals + 1 : 0;
      if (refusals === 0) openGate();
      return seen;
    }

    async function settle(before: Refund, seen: Look): Promise<void> {
      const context = { now: now(), random: needs.random, ladders: needs.ladders };
      const { refund: after, written } = await settleLook(store.settle, before, seen, context);
      const rechecked = { before, after, look: seen, written };
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
          outOfTime ||= now() + oneLookMs > endsAt;
          if (stopped()) return;
          const refund = await refunds.take();
          if (refund === undefined) return;
          const seen = await look(refund).catch(fail);
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

    needs.sleep(carefulMs).then(openGate);
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

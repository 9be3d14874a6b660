import type { RecheckStore } from "../../shared/refund/recheck-store.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import type { SweepCounts } from "./sweep-counts.ts";

export type DueRefundsDeps = {
  readonly store: RecheckStore;
  readonly shards: readonly string[];
  /** When the right to sweep ends, epoch ms. */
  readonly endsAt: number;
  readonly owner: string;
  readonly now: () => number;
  readonly counts: SweepCounts;
  readonly stopped: () => boolean;
};

/**
 * The refunds of some shards that are due, each once, shard after shard, until nothing is due any more. A shard that
 * somebody else is sweeping is left to them; the right to sweep the others is for the caller to give back, once what was
 * handed out has been written down.
 */
export async function* dueRefunds(deps: DueRefundsDeps): AsyncGenerator<Refund, undefined, void> {
  const { store, shards, endsAt, owner, now, counts, stopped } = deps;
  for (const shard of shards) {
    if (stopped()) return;
    if (!(await store.hasDue(shard, now()))) continue;
    if (await store.leaseSweep(shard, { owner, until: endsAt }, now())) {
      counts.shardsSwept.push(shard);
      yield* dueOfShard(deps, shard);
    } else {
      counts.shardsTaken.push(shard);
    }
  }
}

/** Reads the shard over and over: what comes due while it is being read is found by the next round. */
async function* dueOfShard(deps: DueRefundsDeps, shard: string): AsyncGenerator<Refund, void, void> {
  const { store, now, counts, stopped } = deps;
  const handedOut = new Set<string>();
  for (let round = 1, found = true; found && !stopped(); round++) {
    found = false;
    for (let page = await store.readDue(shard, now(), undefined); ; ) {
      if (round === 1) counts.unreadable += page.unreadable;
      for (const refund of page.refunds) {
        if (handedOut.has(nameOf(refund)) || isLeased(refund, now())) continue;
        handedOut.add(nameOf(refund));
        found = true;
        counts.due++;
        yield refund;
        if (stopped()) return;
      }
      if (page.next === undefined) break;
      page = await store.readDue(shard, now(), page.next);
    }
  }
}

function nameOf({ mid, instMid, merOrderId }: Refund): string {
  return `${mid}#${instMid}#${merOrderId}`;
}

/** Somebody who holds the lease is asking this very moment, and will write what it sees. */
function isLeased({ lease }: Refund, now: number): boolean {
  return lease !== undefined && lease.until > now;
}

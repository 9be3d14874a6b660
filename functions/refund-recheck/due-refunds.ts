import type { RecheckStore } from "../../shared/refund/recheck-store.ts";
import { isLeased, type Refund } from "../../shared/refund/refund.ts";

export type DueRefundsDeps = {
  readonly store: Pick<RecheckStore, "readDue">;
  readonly shards: readonly string[];
  /** When reading is given up, epoch ms. */
  readonly endsAt: number;
  readonly now: () => number;
  readonly stopped: () => boolean;
  /** Hears the key of each record that cannot be read, once a shard. */
  readonly onUnreadable: (key: string) => void;
};

/**
 * The refunds of some shards that are due, each once, shard after shard, until nothing is due any more.
 * @throws {UnavailableError} when the record is out of reach
 */
export async function* dueRefunds(deps: DueRefundsDeps): AsyncGenerator<Refund, undefined, void> {
  for (const shard of deps.shards) {
    if (deps.stopped()) return;
    yield* dueOfShard(deps, shard);
  }
}

/** Reads the shard over and over: what comes due while it is being read is found by the next round. */
async function* dueOfShard(deps: DueRefundsDeps, shard: string): AsyncGenerator<Refund, void, void> {
  const { store, now, endsAt, stopped } = deps;
  const handedOut = new Set<string>();
  for (let round = 1, found = true; found && !stopped(); round++) {
    found = false;
    for (let page = await store.readDue(shard, now(), undefined, endsAt); ; ) {
      if (round === 1) page.unreadable.forEach(deps.onUnreadable);
      for (const refund of page.refunds) {
        const name = nameOf(refund);
        // Who holds the lease is checking this very moment. A state of a newer version is left to that version.
        if (handedOut.has(name) || isLeased(refund, now()) || refund.stateIsNewer) continue;
        handedOut.add(name);
        found = true;
        yield refund;
        if (stopped()) return;
      }
      if (page.next === undefined) break;
      page = await store.readDue(shard, now(), page.next, endsAt);
    }
  }
}

function nameOf({ mid, instMid, merOrderId }: Refund): string {
  return `${mid}#${instMid}#${merOrderId}`;
}

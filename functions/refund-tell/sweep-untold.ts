import { dueKinds } from "../../shared/names.ts";
import type { EventStore } from "../../shared/telling/event-store.ts";
import { takeSweepLease } from "../sweep-lease.ts";
import type { createDeliverDue } from "./deliver-due.ts";
import type { TellRun } from "./tell-counts.ts";
import type { createTellRefunds } from "./tell-refunds.ts";

export type SweepUntoldDeps = {
  readonly store: Pick<EventStore, "oldestDueAt" | "leaseSweep" | "renewSweep" | "releaseSweep" | "readUntold">;
  readonly tellRefunds: ReturnType<typeof createTellRefunds>;
  readonly deliverDue: ReturnType<typeof createDeliverDue>["deliverDue"];
  readonly now: () => number;
  readonly newOwner: () => string;
  readonly sleep: (ms: number) => Promise<void>;
};

/** What the stream has just handed to another invocation is left to that one, for as long as it may take to tell. */
const graceMs = 25_000;
/** What a try and the writes after it may take, and what is left for closing. */
const oneTryMs = 18_000;
/** Tries of one page of refunds begin within this time; those that do not are written down as due. */
const startWithinMs = 5_000;

/**
 * Tells what has been left untold in some shards, and tries their deliveries again that are due. `endsAt` is epoch ms. Returns
 * true if another invocation is at the same shards, so that this one has left.
 */
export function createSweepUntold(deps: SweepUntoldDeps) {
  const { store, tellRefunds, now } = deps;

  async function tellAll(shard: string, endsAt: number, run: TellRun): Promise<void> {
    const stopAt = endsAt - oneTryMs;
    for (let page = await store.readUntold(shard, now() - graceMs, undefined, stopAt); ; ) {
      run.counts.unreadable += page.unreadable.length;
      for (const key of page.unreadable) run.onUnreadable(key);
      // One endpoint that hangs must not hold up what is on the next page.
      const startTriesBy = Math.min(now() + startWithinMs, stopAt);
      await tellRefunds(page.refunds, { startTriesBy, giveUpAt: endsAt }, run);
      if (page.next === undefined || now() >= stopAt) return;
      page = await store.readUntold(shard, now() - graceMs, page.next, stopAt);
    }
  }

  return async (shards: readonly string[], endsAt: number, run: TellRun): Promise<{ readonly taken: boolean }> => {
    const tellShards = shards.map((shard) => dueKinds.tell + shard);
    // Asked of every shard by every invocation, so that a backlog shows whoever is at it.
    const oldest = await Promise.all(tellShards.map((shard) => store.oldestDueAt(shard, now())));
    const since = Math.min(now(), ...oldest.filter((at) => at !== undefined));
    run.counts.maxUntoldMs = now() - since;
    const lease = await takeSweepLease(deps, tellShards.join(","), deps.newOwner());
    if (lease === undefined) return { taken: true };
    try {
      const deliverShards = shards.map((shard) => dueKinds.deliver + shard);
      const startBy = endsAt - oneTryMs;
      const work = [
        ...tellShards.map((shard) => tellAll(shard, endsAt, run)),
        deps.deliverDue(deliverShards, startBy, endsAt, run),
      ];
      const ended = await Promise.allSettled(work);
      for (const one of ended) if (one.status === "rejected") throw one.reason;
      return { taken: false };
    } finally {
      await lease.release().catch(() => undefined);
    }
  };
}

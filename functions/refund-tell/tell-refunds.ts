import type { Refund } from "../../shared/refund/refund.ts";
import type { EventStore } from "../../shared/telling/event-store.ts";
import type { createDeliver } from "./deliver.ts";
import { createOvertakenEvents } from "./overtaken-events.ts";
import type { TellRun } from "./tell-counts.ts";
import type { createWriteEvents } from "./write-events.ts";

export type TellRefundsDeps = {
  readonly store: Pick<EventStore, "markTold" | "ruleOut">;
  readonly writeEvents: ReturnType<typeof createWriteEvents>;
  readonly deliver: Pick<ReturnType<typeof createDeliver>, "first">;
};

/** How long one round of telling may take. Instants are epoch ms. */
export type TellTimes = { readonly startTriesBy: number; readonly giveUpAt: number };

/**
 * Tells every partner of some refunds: writes the events, tries the webhooks once, and takes each refund out of the index when
 * all of that is done or written down. Killed anywhere in between, the refund is still due, and telling it again changes nothing
 * that was written. The trouble of one refund does not touch the others.
 */
export function createTellRefunds({ store, writeEvents, deliver }: TellRefundsDeps) {
  const overtakenEvents = createOvertakenEvents(store);

  return async (refunds: readonly Refund[], { startTriesBy, giveUpAt }: TellTimes, run: TellRun): Promise<void> => {
    // A state of a newer version is left to that version.
    const untold = refunds.filter((refund) => refund.untold !== undefined && !refund.stateIsNewer);
    const written = writeEvents(untold, giveUpAt);
    const tell = async (refund: Refund) => {
      const events = (await written.get(refund)) ?? [];
      run.counts.events += events.length;
      const toPost = [...(await overtakenEvents(refund)), ...events];
      const tries = await Promise.allSettled(toPost.map((event) => deliver.first(event, startTriesBy, run)));
      for (const one of tries) if (one.status === "rejected") throw one.reason;
      // Where it has changed meanwhile, such as by one more partner, it is still due to be told.
      if (await store.markTold(refund)) run.counts.told++;
    };
    const orFailed = (refund: Refund) => (error: unknown) => {
      run.counts.failed++;
      run.onFailed(refund, error);
    };
    await Promise.all(untold.map((refund) => tell(refund).catch(orFailed(refund))));
  };
}

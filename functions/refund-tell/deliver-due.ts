import type { DeliveryStore } from "../../shared/telling/delivery-store.ts";
import type { EventStore } from "../../shared/telling/event-store.ts";
import { type EventKey, eventId } from "../../shared/telling/refund-event.ts";
import type { createDeliver } from "./deliver.ts";
import type { TellRun } from "./tell-counts.ts";

export type DeliverDueDeps = {
  readonly deliveries: Pick<DeliveryStore, "dueDeliveries" | "readDeliveries">;
  readonly events: Pick<EventStore, "findEvents">;
  readonly deliver: Pick<ReturnType<typeof createDeliver>, "again">;
  readonly now: () => number;
};

/** Deliveries of one partner that are read at once. */
const chunkSize = 50;
/** A partner whose endpoint is dead may have very many; so many of one partner are looked at in a sweep. */
const maxOfPartner = 5_000;

/** Tries deliveries again that are due. Each partner has a row of its own, so that none waits for another's endpoint. */
export function createDeliverDue({ deliveries, events, deliver, now }: DeliverDueDeps) {
  async function deliverSome(
    keys: readonly EventKey[],
    startBy: number,
    giveUpAt: number,
    run: TellRun,
  ): Promise<void> {
    const due = (await deliveries.readDeliveries(keys, giveUpAt)).filter(
      ({ state, dueAt }) => state === "due" && dueAt <= now(),
    );
    const stored = new Map((await events.findEvents(due, giveUpAt)).map((event) => [eventId(event), event]));
    const tries = due.map(async (delivery) => {
      try {
        await deliver.again(delivery, stored.get(eventId(delivery)), startBy, run);
      } catch (error) {
        run.counts.failed++;
        run.onFailed(delivery.refund, error);
      }
    });
    await Promise.all(tries);
  }

  async function deliverRow(keys: readonly EventKey[], ...rest: [number, number, TellRun]) {
    const [startBy] = rest;
    for (let from = 0; from < keys.length && now() < startBy; from += chunkSize) {
      await deliverSome(keys.slice(from, from + chunkSize), ...rest);
    }
  }

  return {
    deliverSome,

    /** All deliveries of some shards that are due now. A try begins until `startBy`; `giveUpAt` is for reads. Both are epoch ms. */
    async deliverDue(shards: readonly string[], startBy: number, giveUpAt: number, run: TellRun): Promise<void> {
      const rows = new Map<string, EventKey[]>();
      for (const shard of shards) {
        for (let page = await deliveries.dueDeliveries(shard, now(), undefined); ; ) {
          for (const key of page.keys) addTo(rows, key);
          if (page.next === undefined || now() >= startBy) break;
          page = await deliveries.dueDeliveries(shard, now(), page.next);
        }
      }
      await Promise.all([...rows.values()].map((keys) => deliverRow(keys, startBy, giveUpAt, run)));
    },
  };
}

function addTo(rows: Map<string, EventKey[]>, key: EventKey): void {
  const row = rows.get(key.partnerId);
  if (row === undefined) rows.set(key.partnerId, [key]);
  else if (row.length < maxOfPartner) row.push(key);
}

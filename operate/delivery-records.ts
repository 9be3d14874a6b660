import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { createDynamoDeliveryStore } from "../shared/aws/dynamo-delivery-store.ts";
import { createDynamoEndpointStore } from "../shared/aws/dynamo-endpoint-store.ts";
import { eventOfKey } from "../shared/aws/event-item.ts";
import { shardsOf } from "../shared/aws/keys.ts";
import { createStoredEvents } from "../shared/aws/stored-events.ts";
import * as answerForm from "../shared/chinaums/refund-query/stored-answer.ts";
import { maxShards } from "../shared/names.ts";
import type { Delivery } from "../shared/telling/delivery.ts";
import { noPage } from "../shared/telling/event-store.ts";
import { type EventKey, eventId } from "../shared/telling/refund-event.ts";

/** Later than anything that is due. */
const forever = Number.MAX_SAFE_INTEGER;
const giveUpAfterMs = 60_000;

export type DeliveryRecordsDeps = {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
};

export type DeliveryRecords = ReturnType<typeof createDeliveryRecords>;

/** What an operator may see and do of deliveries. */
export function createDeliveryRecords(deps: DeliveryRecordsDeps) {
  const { client, table, now } = deps;
  const store = createDynamoDeliveryStore({ ...deps, shards: maxShards });
  const { findEvents } = createStoredEvents({ ...deps, send: client.send.bind(client), shards: maxShards, answerForm });
  const endpoints = createDynamoEndpointStore(deps);

  async function listKeys(kind: "deliver" | "dead"): Promise<EventKey[]> {
    const keys: EventKey[] = [];
    for (const shard of shardsOf(kind)) {
      for (let page = await store.dueDeliveries(shard, forever, undefined); ; ) {
        keys.push(...page.keys);
        if (page.next === undefined) break;
        page = await store.dueDeliveries(shard, forever, page.next);
      }
    }
    return keys;
  }

  return {
    /** Deliveries that are tried again, or those that are dead; the one that is due first, or dead for longest, comes first. */
    async list(kind: "deliver" | "dead"): Promise<Delivery[]> {
      const deliveries = await store.readDeliveries(await listKeys(kind), now() + giveUpAfterMs);
      return deliveries.toSorted((a, b) => a.dueAt - b.dueAt);
    },

    /** The event that has this id. If its delivery is neither due nor dead, the whole table is read. */
    async findKey(id: string): Promise<EventKey | undefined> {
      const waiting = [...(await listKeys("dead")), ...(await listKeys("deliver"))];
      const found = waiting.find((key) => eventId(key) === id);
      if (found !== undefined) return found;
      const events = {
        TableName: table,
        FilterExpression: "begins_with(sk, :event)",
        ProjectionExpression: "pk, sk",
        ExpressionAttributeValues: { ":event": { S: "EVENT#" } },
      };
      for await (const { Items = [] } of paginateScan({ client }, events)) {
        const key = Items.map(eventOfKey).find((one) => one !== undefined && eventId(one) === id);
        if (key !== undefined) return key;
      }
      return undefined;
    },

    /**
     * Makes events due to be sent again, as if they had never been tried, and gives the keys of those that are. Left out are events
     * that are not kept any more or were ruled out, and those whose delivery is under way this very moment.
     */
    async sendAgain(keys: readonly EventKey[]): Promise<EventKey[]> {
      const giveUpAt = now() + giveUpAfterMs;
      const events = (await findEvents(keys, giveUpAt)).filter(({ page }) => page !== noPage);
      const known = new Map((await store.readDeliveries(events, giveUpAt)).map((one) => [eventId(one), one]));
      for (const { refund, partnerId, sequence, at } of events) {
        const key = { refund, partnerId, sequence };
        const before = known.get(eventId(key));
        const fresh = { state: "due", attempts: 0, dueAt: now(), trouble: undefined, status: undefined } as const;
        if (before === undefined) await store.addDelivery({ ...key, eventAt: at, ...fresh });
        else await store.moveDelivery(before, { ...before, ...fresh });
      }
      const after = await store.readDeliveries(events, giveUpAt);
      return after.filter(({ state, attempts }) => state === "due" && attempts === 0);
    },

    /** When nothing more was sent to a partner's webhook, in epoch ms; undefined where it is tried. */
    async disabledAt(partnerId: string): Promise<number | undefined> {
      return (await endpoints.readEndpoint(partnerId))?.disabledAt;
    },
  };
}

import * as z from "zod/mini";
import {
  type Delivery,
  type DeliveryState,
  type DeliveryTrouble,
  deliveryEnds,
  deliveryStates,
} from "../telling/delivery.ts";
import type { EventKey } from "../telling/refund-event.ts";
import { deliveryFailures } from "../webhook/webhook-result.ts";
import { type Attributes, fromItem, type Item, toItem } from "./attributes.ts";
import { eventKeyIn, eventsKeptMs, suffixOf } from "./event-item.ts";
import { dueShard, refundPk, ttlSeconds } from "./keys.ts";
import { count, instant } from "./stored-forms.ts";

const skPrefix = "DELIVERY#";

/** Below the partition key of its refund, beside the event. */
export function deliveryKey({ refund, partnerId, sequence }: EventKey): Item {
  return { pk: { S: refundPk(refund) }, sk: { S: skPrefix + suffixOf({ partnerId, sequence }) } };
}

/** The event that a delivery's key names, or undefined where it is another item's key. */
export function eventOfDelivery(key: Item): EventKey | undefined {
  return eventKeyIn(key, skPrefix);
}

const kinds = { due: "deliver", dead: "dead" } as const;

/** The attributes besides the key. It is due like a refund, in shards of its own; a dead one in those of the dead. */
export function deliveryAttributes(delivery: Delivery, shards: number): Attributes {
  const { state, attempts, eventAt, dueAt, trouble, status } = delivery;
  const pk = refundPk(delivery.refund);
  return {
    state,
    attempts,
    eventAt,
    dueAt,
    dueShard: state === "delivered" ? undefined : dueShard(pk, shards, kinds[state]),
    trouble,
    status,
    ttl: ttlSeconds(eventAt + eventsKeptMs),
  };
}

export function deliveryItem(delivery: Delivery, shards: number): Item {
  return { ...deliveryKey(delivery), ...toItem(deliveryAttributes(delivery, shards)) };
}

const troubles: ReadonlySet<string> = new Set([...Object.keys(deliveryFailures), ...Object.keys(deliveryEnds)]);

const deliveryItemSchema = z.object({
  // Of a word that only a newer version knows nothing is to be done here.
  state: z.pipe(
    z.string(),
    z.transform((word): DeliveryState => deliveryStates.find((known) => known === word) ?? "delivered"),
  ),
  attempts: count,
  eventAt: instant,
  dueAt: instant,
  // A word that only a newer version knows is left out.
  trouble: z.optional(
    z.pipe(
      z.string(),
      z.transform((word) => (troubles.has(word) ? (word as DeliveryTrouble) : undefined)),
    ),
  ),
  status: z.optional(count),
});

/** Undefined where the item is no delivery as this version knows one. */
export function readDeliveryItem(item: Item): Delivery | undefined {
  const key = eventOfDelivery(item);
  const parsed = deliveryItemSchema.safeParse(fromItem(item));
  if (key === undefined || !parsed.success) return undefined;
  const { state, attempts, eventAt, dueAt, trouble, status } = parsed.data;
  return { ...key, state, attempts, eventAt, dueAt, trouble, status };
}

import * as z from "zod/mini";
import { UnavailableError } from "../refund/unavailable.ts";
import type { StoredEvent } from "../telling/event-store.ts";
import type { EventKey } from "../telling/refund-event.ts";
import { fromItem, type Item, toItem } from "./attributes.ts";
import { refundOfPk, refundPk, ttlSeconds } from "./keys.ts";
import { packedText, packText } from "./packed-text.ts";
import { count, instant } from "./stored-forms.ts";

const skPrefix = "EVENT#";
/** So long an event can be read in the feed. */
export const eventsKeptMs = 90 * 86_400_000;

/** Below the partition key of its refund. A partner's id holds no `#`. */
export function eventItemKey({ refund, partnerId, sequence }: EventKey): Item {
  return { pk: { S: refundPk(refund) }, sk: { S: skPrefix + suffixOf({ partnerId, sequence }) } };
}

/** The event that a key names, or undefined where it is another item's key. */
export function eventOfKey(key: Item): EventKey | undefined {
  return eventKeyIn(key, skPrefix);
}

/** What stands behind the prefix in the sort keys of an event and of its delivery. */
export function suffixOf({ partnerId, sequence }: Pick<EventKey, "partnerId" | "sequence">): string {
  return `${partnerId}#${String(sequence).padStart(6, "0")}`;
}

/** The key that partition key and sort key name, or undefined where they name none with that prefix. */
export function eventKeyIn({ pk, sk }: Item, prefix: string): EventKey | undefined {
  const refund = refundOfPk(pk?.S ?? "");
  if (refund === undefined || !sk?.S?.startsWith(prefix)) return undefined;
  const [partnerId = "", sequence = ""] = sk.S.slice(prefix.length).split("#");
  return { refund, partnerId, sequence: Number(sequence) };
}

export function eventItem(event: StoredEvent): Item {
  const { page, body, at } = event;
  return { ...eventItemKey(event), ...toItem({ page, body: packText(body), at, ttl: ttlSeconds(at + eventsKeptMs) }) };
}

const eventItemSchema = z.object({ page: count, body: packedText, at: instant });

/** @throws {UnavailableError} RECORD_UNREADABLE when the item is no event as this version knows one */
export function readEventItem(item: Item): StoredEvent {
  const key = eventOfKey(item);
  const parsed = eventItemSchema.safeParse(fromItem(item));
  if (key === undefined || !parsed.success) throw new UnavailableError("RECORD_UNREADABLE", { cause: parsed.error });
  return { ...key, ...parsed.data };
}

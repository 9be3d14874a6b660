import type { DueCursor } from "../refund/sweep-store.ts";
import type { Delivery } from "./delivery.ts";
import type { EventKey } from "./refund-event.ts";

/** Keys of deliveries that are due, longest due first. */
export type DueDeliveries = { readonly keys: readonly EventKey[]; readonly next: DueCursor | undefined };

/**
 * The deliveries that have not gone well at once.
 * Every method throws an `UnavailableError` when the record cannot be reached.
 */
export interface DeliveryStore {
  /** What is due in a shard at `now` (epoch ms). */
  dueDeliveries(shard: string, now: number, from: DueCursor | undefined): Promise<DueDeliveries>;
  /** Those of these deliveries that are on record and can be read. */
  readDeliveries(keys: readonly EventKey[], giveUpAt: number): Promise<readonly Delivery[]>;
  /** Begins a delivery; nothing happens where there is one of this event already. */
  addDelivery(delivery: Delivery): Promise<void>;
  /** Writes what came of a try, or what an operator wants, over `before`; nothing happens where that has changed meanwhile. */
  moveDelivery(before: Delivery, after: Delivery): Promise<void>;
}

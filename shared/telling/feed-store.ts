import type { Refund, RefundIdentity } from "../refund/refund.ts";
import type { EventStore, FeedEntry, StoredEvent } from "./event-store.ts";
import type { EventKey } from "./refund-event.ts";

/** A page of a partner's feed. `at` is when it was added, in epoch ms. */
export type FeedPage = { readonly number: number; readonly at: number; readonly entries: readonly FeedEntry[] };

/**
 * What reading a feed needs of the record. The first page has the number 1.
 * Every method throws an `UnavailableError` when the record cannot be reached.
 */
export interface FeedStore {
  /** The number of the newest page; 0 where there is none. */
  lastPage(partnerId: string): Promise<number>;
  /** Pages from a number on, in order, `limit` at most. */
  readPages(partnerId: string, from: number, limit: number): Promise<readonly FeedPage[]>;
  findEvents(keys: readonly EventKey[], giveUpAt: number): Promise<readonly StoredEvent[]>;
  readRefunds(refunds: readonly RefundIdentity[], giveUpAt: number): Promise<readonly Refund[]>;
  ruleOut: EventStore["ruleOut"];
}

import type { Refund, RefundIdentity } from "../refund/refund.ts";
import type { DueCursor, DuePage, SweepStore } from "../refund/sweep-store.ts";
import type { EventKey, RefundEvent } from "./refund-event.ts";

/** An event on record, with the page of the partner's feed that it stands on. */
export type StoredEvent = RefundEvent & { readonly page: number };

/** In place of the page of an event that was ruled out before anybody wrote it: it is not shown and not sent. */
export const noPage = 0;

/** What a page of a feed lists. Whether an event is really there says the event itself. */
export type FeedEntry = Pick<EventKey, "refund" | "sequence">;

/** So many entries a page has at most. */
export const maxPageEntries = 40;

/**
 * What telling needs of the record.
 * Every method throws an `UnavailableError` when the record cannot be reached.
 */
export interface EventStore extends SweepStore {
  /** The refunds of a shard that have been untold since `until` (epoch ms) or before. `giveUpAt` is epoch ms too. */
  readUntold(shard: string, until: number, from: DueCursor | undefined, giveUpAt: number): Promise<DuePage>;
  /** The refunds with these identities as of now. Those that are not on record or cannot be read are left out. */
  readRefunds(refunds: readonly RefundIdentity[], giveUpAt: number): Promise<readonly Refund[]>;
  /** Those of these events that are on record. */
  findEvents(keys: readonly EventKey[], giveUpAt: number): Promise<readonly StoredEvent[]>;
  /**
   * Adds a page to the end of a partner's feed and gives its number. Pages are numbered without a gap and never change. Each
   * event has to be announced on a page before it is put, so that a reader who has come to the page knows to wait for it.
   */
  appendPage(partnerId: string, entries: readonly FeedEntry[], at: number): Promise<number>;
  /** Puts an event, unless it is on record already, and gives the one that is on record. */
  putEvent(event: StoredEvent): Promise<StoredEvent>;
  /**
   * Sees to it that an event that nobody will tell any more is never written either, and gives undefined; or gives the event
   * where it has been written.
   */
  ruleOut(key: EventKey): Promise<StoredEvent | undefined>;
  /** Takes the refund out of the index of those to be told; false where it has changed since it was read. */
  markTold(refund: Refund): Promise<boolean>;
}

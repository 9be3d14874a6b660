import type { Refund, RefundIdentity } from "../refund/refund.ts";
import type { StoredEvent } from "../telling/event-store.ts";
import type { EventKey } from "../telling/refund-event.ts";
import { type BatchedReadsDeps, createBatchedReads } from "./batched-reads.ts";
import { eventItemKey, readEventItem } from "./event-item.ts";
import { refundKey } from "./keys.ts";
import { type RefundLayout, readOrUndefined } from "./refund-item.ts";

/** Reads of events and refunds that telling and the feed have in common. */
export function createStoredEvents(deps: BatchedReadsDeps & RefundLayout) {
  const readItems = createBatchedReads(deps);
  return {
    /** Those of these events that are on record. `giveUpAt` is epoch ms. */
    async findEvents(keys: readonly EventKey[], giveUpAt: number): Promise<readonly StoredEvent[]> {
      return (await readItems(keys.map(eventItemKey), giveUpAt)).map(readEventItem);
    },

    /** Those of these refunds that are on record and can be read. */
    async readRefunds(refunds: readonly RefundIdentity[], giveUpAt: number): Promise<readonly Refund[]> {
      const items = await readItems(refunds.map(refundKey), giveUpAt);
      return items.map((item) => readOrUndefined(item, deps)).filter((refund) => refund !== undefined);
    },
  };
}

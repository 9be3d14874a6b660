import { withPartnersTold } from "../refund/untold.ts";
import { type EventStore, maxPageEntries, type StoredEvent } from "../telling/event-store.ts";
import type { Item } from "./attributes.ts";
import { maxBatch } from "./batched-reads.ts";
import { settleOver } from "./claim-writes.ts";
import { createDynamoSweepStore } from "./dynamo-sweep-store.ts";
import { eventItem, readEventItem } from "./event-item.ts";
import { feedPageItem } from "./feed-page-item.ts";
import { createFeedPages } from "./feed-pages.ts";
import type { RefundLayout } from "./refund-item.ts";
import { createRefundPages } from "./refund-pages.ts";
import { createRuleOut } from "./rule-out-event.ts";
import { createStoredEvents } from "./stored-events.ts";
import { createTable, ifAbsent, type TableDeps } from "./table.ts";

/** Other writers of one feed are passed so often before its end is looked for anew. */
const maxSteps = 4;

export type DynamoEventStoreDeps = TableDeps & RefundLayout & { readonly now: () => number };

/** Events and feeds in DynamoDB, and the refunds that partners are still to be told of. */
export function createDynamoEventStore(deps: DynamoEventStoreDeps): EventStore {
  const { send, write, whileBusy } = createTable(deps);
  const { lastPage } = createFeedPages({ ...deps, send });
  /** The newest page of each feed that this instance knows of. Others may have added more since. */
  const newestPages = new Map<string, number>();

  return {
    ...createDynamoSweepStore(deps),
    ...createStoredEvents({ ...deps, send }),

    readUntold: createRefundPages({ ...deps, send, pageSize: maxBatch, dueAtOf: ({ untold }) => untold?.since }),

    async appendPage(partnerId, entries, at) {
      if (entries.length > maxPageEntries) throw new RangeError(`a page has at most ${maxPageEntries} entries`);
      for (;;) {
        const newest = newestPages.get(partnerId) ?? (await lastPage(partnerId));
        for (let number = newest + 1; number <= newest + maxSteps; number++) {
          const page = feedPageItem(partnerId, { number, at, entries });
          const isPut = await put(page);
          // Its own, where the SDK tried again after an answer was lost, is one more page that says the same.
          newestPages.set(partnerId, number);
          if (isPut) return number;
        }
        newestPages.delete(partnerId);
      }
    },

    putEvent: (event) =>
      whileBusy(async (): Promise<StoredEvent | "busy"> => {
        const { failure } = await write({ write: { put: eventItem(event) }, condition: ifAbsent });
        if (failure === undefined) return event;
        return failure.item === undefined ? "busy" : readEventItem(failure.item);
      }),

    ruleOut: createRuleOut({ write, whileBusy, now: deps.now }),

    markTold: (refund) =>
      whileBusy(async () => {
        const { write: told, isResult } = settleOver(refund, withPartnersTold(refund), deps);
        // Telling changes no state, so the version alone is the condition.
        const unchanged = { condition: "#version = :before", values: { ":before": { N: String(refund.version) } } };
        const { failure } = await write({ write: told.write, ...unchanged });
        if (failure === undefined) return true;
        if (failure.item === undefined) return failure.busy ? "busy" : false;
        return isResult(failure.item);
      }),
  };

  async function put(item: Item): Promise<boolean> {
    return await whileBusy(async () => {
      const { failure } = await write({ write: { put: item }, condition: ifAbsent });
      return failure?.busy ? "busy" : failure === undefined;
    });
  }
}

import { noPage } from "../telling/event-store.ts";
import type { FeedStore } from "../telling/feed-store.ts";
import { eventItem, readEventItem } from "./event-item.ts";
import { createFeedPages } from "./feed-pages.ts";
import type { RefundLayout } from "./refund-item.ts";
import { createStoredEvents } from "./stored-events.ts";
import { createTable, ifAbsent, type TableDeps } from "./table.ts";

export type DynamoFeedStoreDeps = TableDeps & RefundLayout & { readonly now: () => number };

/** What readers of feeds see of DynamoDB. */
export function createDynamoFeedStore(deps: DynamoFeedStoreDeps): FeedStore {
  const { send, write, whileBusy } = createTable(deps);

  return {
    ...createFeedPages({ ...deps, send }),
    ...createStoredEvents({ ...deps, send }),

    ruleOut: (key) =>
      whileBusy(async () => {
        const ruledOut = { ...key, page: noPage, body: "", at: deps.now() };
        const { failure } = await write({ write: { put: eventItem(ruledOut) }, condition: ifAbsent });
        if (failure === undefined) return undefined;
        if (failure.item === undefined) return "busy";
        const stored = readEventItem(failure.item);
        return stored.page === noPage ? undefined : stored;
      }),
  };
}

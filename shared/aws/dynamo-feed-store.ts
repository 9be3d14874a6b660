import type { FeedStore } from "../telling/feed-store.ts";
import { createFeedPages } from "./feed-pages.ts";
import type { RefundLayout } from "./refund-item.ts";
import { createRuleOut } from "./rule-out-event.ts";
import { createStoredEvents } from "./stored-events.ts";
import { createTable, type TableDeps } from "./table.ts";

export type DynamoFeedStoreDeps = TableDeps & RefundLayout & { readonly now: () => number };

/** What readers of feeds see of DynamoDB. */
export function createDynamoFeedStore(deps: DynamoFeedStoreDeps): FeedStore {
  const { send, write, whileBusy } = createTable(deps);
  return {
    ...createFeedPages({ ...deps, send }),
    ...createStoredEvents({ ...deps, send }),
    ruleOut: createRuleOut({ write, whileBusy, now: deps.now }),
  };
}

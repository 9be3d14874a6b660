import { type EventStore, noPage } from "../telling/event-store.ts";
import { eventItem, readEventItem } from "./event-item.ts";
import { type createTable, ifAbsent } from "./table.ts";

export type RuleOutDeps = Pick<ReturnType<typeof createTable>, "write" | "whileBusy"> & { readonly now: () => number };

/** Puts an event without a page in the place of one that nobody is to write any more, unless that has been written. */
export function createRuleOut({ write, whileBusy, now }: RuleOutDeps): EventStore["ruleOut"] {
  return (key) =>
    whileBusy(async () => {
      const ruledOut = { ...key, page: noPage, body: "", at: now() };
      const { failure } = await write({ write: { put: eventItem(ruledOut) }, condition: ifAbsent });
      if (failure === undefined) return undefined;
      if (failure.item === undefined) return "busy";
      const stored = readEventItem(failure.item);
      return stored.page === noPage ? undefined : stored;
    });
}

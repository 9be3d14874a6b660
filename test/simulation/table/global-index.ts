import type { Item } from "./attribute-values.ts";
import { createSortedItems, firstPlace, type SortedItems } from "./sorted-items.ts";

export type IndexDefinition = {
  readonly name: string;
  readonly hash: string;
  readonly range: string;
  /** A list names the attributes that are kept beside the keys. */
  readonly projection: "KEYS_ONLY" | "ALL" | readonly string[];
};

type Change = { readonly at: number; readonly before: Item | undefined; readonly after: Item | undefined };

/** A global secondary index: sparse, and as far behind the table as `lagMs` says of each write. */
export function createGlobalIndex(needs: {
  readonly definition: IndexDefinition;
  readonly keyNames: readonly string[];
  readonly now: () => number;
  readonly lagMs: () => number;
}) {
  const { definition, keyNames, now, lagMs } = needs;
  const { hash, range, projection } = definition;
  const items = createSortedItems({ hash, order: [range, ...keyNames] });
  const kept = [hash, range, ...keyNames, ...(typeof projection === "string" ? [] : projection)];
  let waiting: Change[] = [];
  const shownAt = new Map<string, number>();

  function entryOf(item: Item | undefined): Item | undefined {
    if (item?.[hash] === undefined || item[range] === undefined) return undefined;
    if (projection === "ALL") return item;
    const entry: Item = {};
    for (const name of kept) {
      const value = item[name];
      if (value !== undefined) entry[name] = value;
    }
    return entry;
  }

  function show({ before, after }: Change): void {
    if (before !== undefined) items.remove(before);
    if (after !== undefined) items.put(after);
  }

  function catchUp(): void {
    const due = firstPlace(waiting, ({ at }) => at > now());
    if (due === 0) return;
    for (const change of waiting.slice(0, due)) show(change);
    waiting = waiting.slice(due);
    if (waiting.length === 0) shownAt.clear();
  }

  return {
    definition,

    follow(beforeItem: Item | undefined, afterItem: Item | undefined): void {
      const before = entryOf(beforeItem);
      const after = entryOf(afterItem);
      const entry = after ?? before;
      if (entry === undefined) return;
      catchUp();
      // The changes of one item are shown in their order; those of several items in any.
      const id = JSON.stringify(keyNames.map((name) => entry[name]));
      const at = Math.max(now() + lagMs(), shownAt.get(id) ?? 0);
      const change = { at, before, after };
      if (at <= now()) {
        show(change);
        return;
      }
      shownAt.set(id, at);
      const place = firstPlace(waiting, (other) => other.at > at);
      waiting.splice(place, 0, change);
    },

    /** What the index shows at this instant. */
    shown(): SortedItems {
      catchUp();
      return items;
    },
  };
}

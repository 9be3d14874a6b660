import { compare, type Item } from "./attribute-values.ts";

/** On which side of a range an item lies: before it, in it, or after it. */
export type Side = (item: Item) => number;

export type Reading = {
  readonly partition: string;
  readonly side: Side;
  /** The key after which to go on, in the direction of reading; its item may be gone. */
  readonly after: Item | undefined;
  readonly forward: boolean;
  readonly limit: number;
};

export type SortedItems = ReturnType<typeof createSortedItems>;

/** Items in partitions by the attribute `hash`, each sorted by the attributes of `order`, which together are unique. */
export function createSortedItems({ hash, order }: { readonly hash: string; readonly order: readonly string[] }) {
  const partitions = new Map<string, Item[]>();

  function compareKeys(a: Item, b: Item): number {
    for (const name of order) {
      const difference = compare(a[name], b[name]) ?? 0;
      if (difference !== 0) return difference;
    }
    return 0;
  }

  function placeOf(key: Item): { items: Item[]; at: number; found: Item | undefined } {
    const items = partitions.get(partitionOf(key[hash])) ?? [];
    const at = firstPlace(items, (item) => compareKeys(item, key) >= 0);
    const there = items[at];
    return { items, at, found: there && compareKeys(there, key) === 0 ? there : undefined };
  }

  return {
    get: (key: Item): Item | undefined => placeOf(key).found,

    put(item: Item): void {
      const { items, at, found } = placeOf(item);
      items.splice(at, found === undefined ? 0 : 1, item);
      if (items.length === 1) partitions.set(partitionOf(item[hash]), items);
    },

    remove(key: Item): void {
      const { items, at, found } = placeOf(key);
      if (found !== undefined) items.splice(at, 1);
      if (items.length === 0) partitions.delete(partitionOf(key[hash]));
    },

    read({ partition, side, after, forward, limit }: Reading): Item[] {
      const items = partitions.get(partition) ?? [];
      let from = firstPlace(items, (item) => side(item) >= 0);
      let to = firstPlace(items, (item) => side(item) > 0);
      if (after !== undefined && forward)
        from = Math.max(
          from,
          firstPlace(items, (i) => compareKeys(i, after) > 0),
        );
      if (after !== undefined && !forward)
        to = Math.min(
          to,
          firstPlace(items, (i) => compareKeys(i, after) >= 0),
        );
      if (forward) return items.slice(from, Math.min(to, from + limit));
      return items.slice(Math.max(from, to - limit), Math.max(from, to)).reverse();
    },

    all: (): Item[] => [...partitions.values()].flat(),
  };
}

export function partitionOf(value: Item[string] | undefined): string {
  return value?.S ?? value?.N ?? "";
}

/** The first place from which on a test holds; it must hold from there to the end. */
export function firstPlace<T>(sorted: readonly T[], test: (member: T) => boolean): number {
  let from = 0;
  for (let to = sorted.length; from < to; ) {
    const middle = (from + to) >>> 1;
    if (test(sorted[middle] as T)) to = middle;
    else from = middle + 1;
  }
  return from;
}

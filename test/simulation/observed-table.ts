import { isDeepStrictEqual } from "node:util";
import { fromItem } from "../../shared/aws/attributes.ts";
import type { Item } from "./table/attribute-values.ts";
import type { SimulatedTable } from "./table/simulated-table.ts";

/** An item's attributes as plain values. */
export type Row = Readonly<Record<string, string | number | readonly string[]>>;
/** What a write has made of one item. */
export type Change = {
  readonly pk: string;
  readonly sk: string;
  readonly before: Row | undefined;
  readonly after: Row;
};

type Keyed = { readonly Key?: Item; readonly Item?: Item };

/** Hears of what a writer has done to the table. */
export type TableObserver = {
  /** Of every write that took effect, all items of it together. */
  readonly onWrite: (changes: readonly Change[]) => void;
  readonly onDelete: (pk: string, sk: string, before: Row) => void;
};

/** The table as one writer sees it. */
export function observed(table: SimulatedTable, { onWrite, onDelete }: TableObserver): SimulatedTable {
  return {
    ...table,
    execute(operation, input) {
      const keys = keysWritten(operation, input);
      const before = keys.map(table.peek);
      try {
        return table.execute(operation, input);
      } finally {
        const changes: Change[] = [];
        keys.forEach((key, i) => {
          const [was, is] = [before[i], table.peek(key)];
          const [pk, sk] = [key.pk?.S ?? "", key.sk?.S ?? ""];
          if (is === undefined) was && onDelete(pk, sk, rowOf(was));
          else if (is !== was && !isDeepStrictEqual(is, was)) {
            changes.push({ pk, sk, before: was && rowOf(was), after: rowOf(is) });
          }
        });
        if (changes.length > 0) onWrite(changes);
      }
    },
  };
}

/** Items are never changed in place, so each needs to be read once. */
const rows = new WeakMap<Item, Row>();

/** The attributes of an item that is stored. */
export function rowOf(item: Item): Row {
  const known = rows.get(item) ?? fromItem(item);
  rows.set(item, known);
  return known;
}

function keysWritten(operation: string, input: object): Item[] {
  const { TransactItems = [], RequestItems = {} } = input as {
    TransactItems?: { Put?: Keyed; Update?: Keyed }[];
    RequestItems?: Record<string, { PutRequest?: Keyed }[]>;
  };
  const keyOf = ({ Key, Item }: Keyed): Item[] => {
    const from = Key ?? Item;
    return from?.pk && from.sk ? [{ pk: from.pk, sk: from.sk }] : [];
  };
  switch (operation) {
    case "PutItem":
    case "UpdateItem":
    case "DeleteItem":
      return keyOf(input as Keyed);
    case "TransactWriteItems":
      return TransactItems.flatMap(({ Put, Update }) => keyOf(Put ?? Update ?? {}));
    case "BatchWriteItem":
      return Object.values(RequestItems).flatMap((puts) => puts.flatMap(({ PutRequest = {} }) => keyOf(PutRequest)));
    default:
      return [];
  }
}

export const tableName = "refund-status";

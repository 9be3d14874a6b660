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

/** The table as one writer sees it; `onWrite` hears of every write that took effect, all items of it together. */
export function observed(table: SimulatedTable, onWrite: (changes: readonly Change[]) => void): SimulatedTable {
  return {
    ...table,
    execute(operation, input) {
      const keys = keysWritten(operation, input);
      const name = tableOf(input);
      const read = (Key: Item) => (table.execute("GetItem", { TableName: name, Key }) as { Item?: Item }).Item;
      const before = keys.map(read);
      try {
        return table.execute(operation, input);
      } finally {
        const changes = keys.flatMap((key, i) => changeOf(key, before[i], read(key)));
        if (changes.length > 0) onWrite(changes);
      }
    },
  };
}

function changeOf(key: Item, before: Item | undefined, after: Item | undefined): Change[] {
  if (after === undefined || isDeepStrictEqual(before, after)) return [];
  return [{ pk: key.pk?.S ?? "", sk: key.sk?.S ?? "", before: before && fromItem(before), after: fromItem(after) }];
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
      return keyOf(input as Keyed);
    case "TransactWriteItems":
      return TransactItems.flatMap(({ Put, Update }) => keyOf(Put ?? Update ?? {}));
    case "BatchWriteItem":
      return Object.values(RequestItems).flatMap((puts) => puts.flatMap(({ PutRequest = {} }) => keyOf(PutRequest)));
    default:
      return [];
  }
}

function tableOf(input: object): string {
  return (input as { TableName?: string }).TableName ?? tableName;
}

export const tableName = "refund-status";

import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { applyUpdate, updatedPaths } from "./apply-update.ts";
import { type Item, takeIn } from "./attribute-values.ts";
import type { Path } from "./document-paths.ts";
import { bind, holds } from "./evaluate.ts";
import { invalid } from "./exceptions.ts";
import { parseCondition, parseUpdate } from "./expression-parser.ts";

/** The keys of every table here, both of them texts. */
export const keyNames: readonly string[] = ["pk", "sk"];

/** One write of one item, alone or in a transaction. */
export type Write = {
  readonly key: Item;
  /** The paths that it updates; what replaces the whole item has none. */
  readonly paths: readonly Path[];
  /** Whether the exception has the item whose condition did not hold. */
  readonly tellsItem: boolean;
  allows(before: Item | undefined): boolean;
  after(before: Item | undefined): Item | undefined;
};

/** Reads a write as a transaction has it. @throws where it can never be valid, whatever is stored */
export function writeOf({ Put, Update, Delete, ConditionCheck }: TransactWriteItem): Write {
  const input = Put ?? Update ?? Delete ?? ConditionCheck;
  if (input === undefined) throw invalid("a part of a transaction does nothing");
  const condition = input.ConditionExpression === undefined ? undefined : parseCondition(input.ConditionExpression);
  const update = Update?.UpdateExpression === undefined ? undefined : parseUpdate(Update.UpdateExpression);
  const bindings = bind(input, [condition, update]);
  const item = Put && takeIn(Put.Item ?? {});
  const key = "Key" in input ? takeKey(input.Key) : keyOf(item ?? {});
  return {
    key,
    paths: update === undefined ? [] : updatedPaths(update.root, bindings, keyNames),
    tellsItem: input.ReturnValuesOnConditionCheckFailure === "ALL_OLD",
    allows: (before) => condition === undefined || holds(condition.root, before, bindings),
    after(before) {
      if (ConditionCheck !== undefined) return before;
      if (Update === undefined) return item;
      return update === undefined ? (before ?? key) : applyUpdate(update.root, before ?? key, bindings);
    },
  };
}

/** The key among the attributes of an item. @throws where it is not there, or no text */
export function keyOf(item: Item): Item {
  const key: Item = {};
  for (const name of keyNames) {
    const value = item[name];
    if (!value?.S) throw invalid(`the key ${name} has to be a text that is not empty`);
    key[name] = value;
  }
  return key;
}

/** @throws where something is given beside the key */
export function takeKey(given: Item | undefined): Item {
  const key = keyOf(takeIn(given ?? {}));
  if (Object.keys(given ?? {}).length > keyNames.length) throw invalid("the key does not match the schema");
  return key;
}

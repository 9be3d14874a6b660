import type { ConditionCheck, Delete, Put, Update } from "@aws-sdk/client-dynamodb";
import { applyUpdate, updatedPaths } from "./apply-update.ts";
import { type Item, takeIn } from "./attribute-values.ts";
import type { Path } from "./document-paths.ts";
import { type Bindings, bind, holds } from "./evaluate.ts";
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

export function putWrite(input: Put): Write {
  const item = takeIn(input.Item ?? {});
  return { ...conditional(input, bindCondition(input)), key: keyOf(item), after: () => item };
}

export function deleteWrite(input: Delete): Write {
  return { ...conditional(input, bindCondition(input)), key: takeKey(input.Key), after: () => undefined };
}

export function checkWrite(input: ConditionCheck): Write {
  return { ...conditional(input, bindCondition(input)), key: takeKey(input.Key), after: (before) => before };
}

export function updateWrite(
  input: Omit<Update, "UpdateExpression"> & { UpdateExpression?: string | undefined },
): Write {
  const update = input.UpdateExpression === undefined ? undefined : parseUpdate(input.UpdateExpression);
  const condition = input.ConditionExpression === undefined ? undefined : parseCondition(input.ConditionExpression);
  const bindings = bind(input, [update, condition]);
  const key = takeKey(input.Key);
  const actions = update?.root;
  return {
    ...conditional(input, bindings),
    key,
    paths: actions === undefined ? [] : updatedPaths(actions, bindings, keyNames),
    after: (before = key) => (actions === undefined ? before : applyUpdate(actions, before, bindings)),
  };
}

function bindCondition(input: Put | Delete | ConditionCheck): Bindings {
  return bind(input, [input.ConditionExpression === undefined ? undefined : parseCondition(input.ConditionExpression)]);
}

function conditional(
  input: Put | Delete | ConditionCheck | Omit<Update, "UpdateExpression">,
  bindings: Bindings,
): Pick<Write, "paths" | "tellsItem" | "allows"> {
  const { ConditionExpression: text, ReturnValuesOnConditionCheckFailure } = input;
  return {
    paths: [],
    tellsItem: ReturnValuesOnConditionCheckFailure === "ALL_OLD",
    allows: (before) => text === undefined || holds(parseCondition(text).root, before, bindings),
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

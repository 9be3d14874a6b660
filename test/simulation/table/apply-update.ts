import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type Item, takeInValue } from "./attribute-values.ts";
import { type Path, withValueAt } from "./document-paths.ts";
import { argument, type Bindings, missingAttribute, pathOf, readOperand, sum } from "./evaluate.ts";
import { invalid } from "./exceptions.ts";
import type { Node } from "./expression-parser.ts";

/** The item after an update; all operands are read from the item as it was before, whatever the order of the actions. */
export function applyUpdate(update: Node, before: Item, bindings: Bindings): Item {
  let after = { ...before };
  for (const action of update.args) {
    const path = pathOf(argument(action, 0), bindings);
    const value = newValue(action, before, bindings);
    const [name = "", ...below] = path;
    if (below.length > 0) after = withValueAt(after, path, value);
    else if (value === undefined) delete after[name];
    else after[name] = value;
  }
  return after;
}

/** The paths that an update writes to. @throws where one is within another, or within a key */
export function updatedPaths(update: Node, bindings: Bindings, keyNames: readonly string[]): readonly Path[] {
  const paths = update.args.map((action) => pathOf(argument(action, 0), bindings));
  for (const [i, path] of paths.entries()) {
    if (keyNames.includes(path[0] ?? "")) throw invalid(`cannot update ${path[0]}, which is part of the key`);
    if (paths.some((other, j) => i !== j && other.every((step, k) => step === path[k]))) {
      throw invalid("two document paths overlap with each other");
    }
  }
  return paths;
}

function newValue(action: Node, before: Item, bindings: Bindings): AttributeValue | undefined {
  if (action.op === "REMOVE") return undefined;
  const operand = readOperand(argument(action, 1), before, bindings);
  if (operand === undefined) throw missingAttribute();
  if (action.op === "SET") return operand;
  const current = readOperand(argument(action, 0), before, bindings);
  if (action.op === "ADD" && operand.N !== undefined) return current === undefined ? operand : sum(current, operand, 1);
  if (operand.SS !== undefined) {
    const members = combined(action.op, current && membersOf(current.SS), operand.SS);
    return members && takeInValue({ SS: members });
  }
  const members = combined(action.op, current && membersOf(current.NS), membersOf(operand.NS));
  return members && takeInValue({ NS: members });
}

/** A set that has no members left is gone, because DynamoDB has no empty sets. */
function combined(
  op: string,
  current: readonly string[] | undefined,
  operand: readonly string[],
): string[] | undefined {
  const others = current?.filter((member) => !operand.includes(member)) ?? [];
  const members = op === "ADD" ? [...others, ...operand] : others;
  return members.length === 0 ? undefined : members;
}

function membersOf(set: readonly string[] | undefined): readonly string[] {
  if (set === undefined) throw invalid("an operand of the update has an incorrect data type");
  return set;
}

import { compare, type Item } from "./attribute-values.ts";
import { argument, type Bindings, pathOf, readOperand } from "./evaluate.ts";
import { invalid } from "./exceptions.ts";
import type { Node } from "./expression-parser.ts";
import { partitionOf, type Side } from "./sorted-items.ts";

export type Keys = { readonly hash: string; readonly range: string; readonly rangeType: "S" | "N" };

/** On which side of a range a value lies, told from its order against the bound, and against the upper one of two. */
const sides: Record<string, (order: number, upper: number) => number> = {
  "=": (order) => order,
  "<": (order) => (order < 0 ? 0 : 1),
  "<=": (order) => (order <= 0 ? 0 : 1),
  ">": (order) => (order > 0 ? 0 : -1),
  ">=": (order) => (order >= 0 ? 0 : -1),
  BETWEEN: (order, upper) => (order < 0 ? -1 : Math.max(upper, 0)),
};

/** The partition and the range of it that a key condition asks for. */
export function readKeyCondition(
  condition: Node,
  { hash, range, rangeType }: Keys,
  bindings: Bindings,
): { partition: string; side: Side } {
  const parts = condition.op === "AND" ? condition.args : [condition];
  const isOn = (name: string) => (part: Node) => pathOf(argument(part, 0), bindings)[0] === name;
  const onHash = parts.find(isOn(hash));
  const onRange = parts.find(isOn(range));
  if (onHash?.op !== "=" || parts.length > (onRange === undefined ? 1 : 2)) {
    throw invalid(`a key condition is a value of ${hash}, and a range of ${range} at most`);
  }
  const partition = partitionOf(readOperand(argument(onHash, 1), undefined, bindings));
  if (onRange === undefined) return { partition, side: () => 0 };

  const [low, high] = onRange.args.slice(1).map((bound) => readOperand(bound, undefined, bindings));
  if (low?.[rangeType] === undefined) throw invalid(`${range} is of another type`);
  if (onRange.op === "begins_with") {
    const prefix = low.S ?? "";
    return { partition, side: (item) => (item[range]?.S?.startsWith(prefix) ? 0 : (compare(item[range], low) ?? 0)) };
  }
  const sideOf = sides[onRange.op];
  if (sideOf === undefined) throw invalid(`a key condition cannot have ${onRange.op}`);
  if (onRange.op === "BETWEEN" && !((compare(low, high) ?? 1) <= 0))
    throw invalid("the bounds are the wrong way round");
  return { partition, side: (item: Item) => sideOf(compare(item[range], low) ?? 0, compare(item[range], high) ?? 0) };
}

import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { compare, type Item, isEqual, takeIn, takeInValue } from "./attribute-values.ts";
import { type Path, valueAt } from "./document-paths.ts";
import { invalid } from "./exceptions.ts";
import type { Expression, Node } from "./expression-parser.ts";

/** What the `#names` and `:values` of a request stand for. */
export type Bindings = { readonly names: Readonly<Record<string, string>>; readonly values: Item };

type Bound = {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Item | undefined;
};

/** @throws where an expression mentions what is not bound, or something is bound that no expression mentions */
export function bind(input: Bound, expressions: readonly (Expression | undefined)[]): Bindings {
  const names = input.ExpressionAttributeNames ?? {};
  const values = takeIn(input.ExpressionAttributeValues ?? {});
  for (const expression of expressions) {
    for (const word of expression?.mentions ?? []) {
      if (!(word in names || word in values)) throw invalid(`${word} is not defined`);
    }
  }
  for (const word of [...Object.keys(names), ...Object.keys(values)]) {
    if (!expressions.some((expression) => expression?.mentions.includes(word))) throw invalid(`${word} is unused`);
  }
  return { names, values };
}

export function pathOf({ op, steps }: Node, { names }: Bindings): Path {
  if (op !== "path") throw invalid("a path is missing");
  return steps.map((step) => (step.startsWith("#") ? (names[step] ?? step) : step));
}

/** The operand of an operation at a place that the parser has filled. */
export function argument({ op, args }: Node, place: number): Node {
  const found = args[place];
  if (found === undefined) throw invalid(`${op} lacks an operand`);
  return found;
}

/** The value of an operand, or undefined where the item has none. */
export function readOperand(node: Node, item: Item | undefined, bindings: Bindings): AttributeValue | undefined {
  const value = (place: number) => readOperand(argument(node, place), item, bindings);
  switch (node.op) {
    case "path":
      return valueAt(item, pathOf(node, bindings));
    case "value":
      return bindings.values[node.steps[0] ?? ""];
    case "size":
      return sizeOf(value(0));
    case "if_not_exists":
      return value(0) ?? value(1);
    case "list_append":
      return takeInValue({ L: [...listOf(value(0)), ...listOf(value(1))] });
    case "+":
      return sum(value(0), value(1), 1);
    case "-":
      return sum(value(0), value(1), -1);
    default:
      throw invalid(`${node.op} has no value`);
  }
}

/** Whether a condition holds of an item; undefined is the item that is not there. */
export function holds(node: Node, item: Item | undefined, bindings: Bindings): boolean {
  const value = (place: number) => readOperand(argument(node, place), item, bindings);
  const condition = (place: number) => holds(argument(node, place), item, bindings);
  // What is missing or of another type has no order, and so is neither less nor greater.
  const order = (place = 1) => compare(value(0), value(place)) ?? Number.NaN;
  switch (node.op) {
    case "AND":
      return condition(0) && condition(1);
    case "OR":
      return condition(0) || condition(1);
    case "NOT":
      return !condition(0);
    case "=":
      return isEqual(value(0), value(1));
    case "<>":
      return !isEqual(value(0), value(1));
    case "<":
      return order() < 0;
    case "<=":
      return order() <= 0;
    case ">":
      return order() > 0;
    case ">=":
      return order() >= 0;
    case "BETWEEN":
      return order(1) >= 0 && order(2) <= 0;
    case "IN":
      return node.args.slice(1).some((_, i) => isEqual(value(0), value(i + 1)));
    case "attribute_exists":
      return value(0) !== undefined;
    case "attribute_not_exists":
      return value(0) === undefined;
    case "begins_with":
      return value(0)?.S?.startsWith(textOf(value(1))) ?? false;
    case "contains":
      return contains(value(0), value(1));
    default:
      throw invalid(`${node.op} is no condition`);
  }
}

function contains(whole: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (part?.S !== undefined) {
    const texts = whole?.S ?? whole?.SS;
    if (texts !== undefined) return texts.includes(part.S);
  }
  if (part?.N !== undefined && whole?.NS !== undefined) return whole.NS.includes(part.N);
  return whole?.L?.some((member) => isEqual(member, part)) ?? false;
}

function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  const size = (value?.S ?? value?.SS ?? value?.NS ?? value?.L)?.length ?? (value?.M && Object.keys(value.M).length);
  return size === undefined ? undefined : { N: String(size) };
}

function textOf(value: AttributeValue | undefined): string {
  if (value?.S === undefined) throw invalid("an operand should be a text");
  return value.S;
}

function listOf(value: AttributeValue | undefined): AttributeValue[] {
  if (value === undefined) throw missingAttribute();
  if (value.L === undefined) throw invalid("an operand should be a list");
  return value.L;
}

/** DynamoDB reckons in decimals; fifteen digits of them are the same here. */
export function sum(a: AttributeValue | undefined, b: AttributeValue | undefined, sign: 1 | -1): AttributeValue {
  if (a === undefined || b === undefined) throw missingAttribute();
  if (a.N === undefined || b.N === undefined) throw invalid("an operand should be a number");
  return takeInValue({ N: String(Number((Number(a.N) + sign * Number(b.N)).toPrecision(15))) });
}

export function missingAttribute(): Error {
  return invalid("the expression refers to an attribute that does not exist in the item");
}

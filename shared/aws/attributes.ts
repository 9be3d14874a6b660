import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Item = Record<string, AttributeValue>;

/** What the items of this project hold: texts, numbers, and sets of texts. */
type Value = string | number | readonly string[];
/** An attribute that is undefined is not written. */
export type Attributes = Readonly<Record<string, Value | undefined>>;

/** As DynamoDB's API has it. @throws TypeError for a number that is none, and for an empty set, which DynamoDB has not */
export function toItem(attributes: Attributes): Item {
  const item: Item = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) item[name] = toAttribute(name, value);
  }
  return item;
}

function toAttribute(name: string, value: Value): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") {
    if (Number.isFinite(value)) return { N: String(value) };
  } else if (value.length > 0) {
    return { SS: [...value] };
  }
  throw new TypeError(`the attribute ${name} cannot be stored`);
}

/** What an item holds; attributes of kinds that this project does not write are left out. */
export function fromItem(item: Item): Record<string, Value> {
  const attributes: Record<string, Value> = {};
  for (const [name, { S, N, SS }] of Object.entries(item)) {
    if (S !== undefined) attributes[name] = S;
    else if (N !== undefined) attributes[name] = Number(N);
    else if (SS !== undefined) attributes[name] = SS;
  }
  return attributes;
}

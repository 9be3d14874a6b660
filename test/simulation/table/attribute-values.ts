import { isDeepStrictEqual } from "node:util";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { invalid } from "./exceptions.ts";

export type Item = Record<string, AttributeValue>;

/** Takes attributes in: checked, in one normal form, and frozen, so that they can be handed out without a copy. */
export function takeIn(attributes: Item): Item {
  const taken: Item = {};
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== undefined) taken[name] = takeInValue(value);
  }
  return taken;
}

/** The normal form: numbers as DynamoDB prints them, and sets sorted because they have no order. */
export function takeInValue(value: AttributeValue): AttributeValue {
  if (value.S !== undefined) return Object.freeze({ S: value.S });
  if (value.N !== undefined) return Object.freeze({ N: normalNumber(value.N) });
  if (value.SS !== undefined) return Object.freeze({ SS: takeInSet(value.SS).sort() });
  if (value.NS !== undefined) {
    return Object.freeze({ NS: takeInSet(value.NS.map(normalNumber)).sort((a, b) => Number(a) - Number(b)) });
  }
  if (value.L !== undefined) return Object.freeze({ L: value.L.map(takeInValue) });
  if (value.M !== undefined) return Object.freeze({ M: Object.freeze(takeIn(value.M)) });
  if (value.BOOL !== undefined) return Object.freeze({ BOOL: value.BOOL });
  if (value.NULL !== undefined) return Object.freeze({ NULL: value.NULL });
  throw invalid(`a value is of no type that is modelled: ${Object.keys(value)}`);
}

function takeInSet(members: readonly string[]): string[] {
  if (members.length === 0) throw invalid("a set may not be empty");
  if (new Set(members).size < members.length) throw invalid("a set contains duplicates");
  return [...members];
}

/** @throws a plain Error for a number with more digits than this model can hold, which DynamoDB can */
function normalNumber(text: string): string {
  const number = Number(text);
  const normal = String(number);
  if (text === normal && Number.isFinite(number)) return text;
  if (text.trim() === "" || !Number.isFinite(number)) throw invalid(`not a number: ${text}`);
  if (text.replace(/\D/g, "").length > 15) throw new Error(`not modelled: ${text} has too many digits`);
  return normal;
}

/** Which comes first, or undefined for values that have no order between them. */
export function compare(a: AttributeValue | undefined, b: AttributeValue | undefined): number | undefined {
  if (a?.N !== undefined && b?.N !== undefined) return Number(a.N) - Number(b.N);
  if (a?.S !== undefined && b?.S !== undefined) return a.S < b.S ? -1 : Number(a.S > b.S);
  return undefined;
}

/** Both have been taken in, so equal values look the same. */
export function isEqual(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  const order = compare(a, b);
  return order === undefined ? a !== undefined && isDeepStrictEqual(a, b) : order === 0;
}

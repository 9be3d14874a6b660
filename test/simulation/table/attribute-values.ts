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
  const { S, N, SS, NS, L, M, BOOL, NULL } = value;
  if (S !== undefined) return frozen({ S });
  if (N !== undefined) return frozen({ N: normalNumber(N) });
  if (SS !== undefined) return frozen({ SS: takeInSet(SS) });
  if (NS !== undefined) return frozen({ NS: takeInSet(NS.map(normalNumber)) });
  if (L !== undefined) return frozen({ L: frozen(L.map(takeInValue)) });
  if (M !== undefined) return frozen({ M: frozen(takeIn(M)) });
  if (BOOL !== undefined) return frozen({ BOOL });
  if (NULL !== undefined) return frozen({ NULL });
  throw invalid(`a value is of no type that is modelled: ${Object.keys(value)}`);
}

/** As the SDK's types have it, which know of nothing read-only. */
function frozen<T extends object>(value: T): T {
  return Object.freeze(value) as T;
}

function takeInSet(members: readonly string[]): string[] {
  if (members.length === 0) throw invalid("a set may not be empty");
  if (new Set(members).size < members.length) throw invalid("a set contains duplicates");
  return frozen([...members].sort());
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

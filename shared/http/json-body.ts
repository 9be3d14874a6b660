import type * as z from "zod/mini";
import { loneSurrogates } from "./lone-surrogates.ts";
import type { WrongField } from "./wrong-field.ts";

/** The JSON that a request holds, and the text that it was read from. */
export type JsonBody = { readonly text: string; readonly json: unknown };

const utf8 = new TextDecoder("utf-8", { fatal: true });
const notJson: WrongField = { field: "body", message: "must be JSON in UTF-8" };

const none: ReadonlySet<string> = new Set();

/** Reads the bytes of a request as JSON. Whole numbers in the members called `digits` become the text of their digits. */
export function readJsonBody(
  body: Uint8Array,
  digits: ReadonlySet<string> = none,
): JsonBody | { readonly wrong: WrongField[] } {
  try {
    const text = utf8.decode(body);
    const json: unknown = JSON.parse(text);
    return { text, json: hasNumberIn(digits, text) ? JSON.parse(text, digitsOf(digits)) : json };
  } catch {
    return { wrong: [notJson] };
  }
}

/**
 * The value of a schema, or every field that is wrong, lone surrogates in any member included. With `inData` the schema is for
 * the member `data`.
 */
export function readFields<Schema extends z.ZodMiniType>(
  schema: Schema,
  { text, json }: JsonBody,
  inData = false,
): { readonly value: z.infer<Schema> } | { readonly wrong: WrongField[] } {
  const parsed = schema.safeParse(inData ? (json as { readonly data: unknown }).data : json);
  const halves = loneSurrogates(text, json);
  if (parsed.success && halves.length === 0) return { value: parsed.data };
  const messages = new Map<string, string>();
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = (inData ? ["data", ...path] : path).join(".") || "body";
    if (!messages.has(field)) messages.set(field, message);
  }
  for (const { field, message } of halves) if (!messages.has(field)) messages.set(field, message);
  return { wrong: [...messages].map(([field, message]) => ({ field, message })) };
}

/** A quick look, because few clients send numbers where ChinaUMS has text. */
function hasNumberIn(names: ReadonlySet<string>, text: string): boolean {
  return names.size > 0 && new RegExp(`"(?:${[...names].join("|")})"\\s*:\\s*\\d`).test(text);
}

/** A reviver. It reads the digits that were sent, because a number of many digits has lost some already. */
function digitsOf(names: ReadonlySet<string>) {
  return (name: string, value: unknown, ...[context]: { readonly source?: string }[]) => {
    const source = context?.source;
    return typeof value === "number" && names.has(name) && source && /^\d+$/.test(source) ? source : value;
  };
}

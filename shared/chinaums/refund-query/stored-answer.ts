import type { AnswerFields } from "../../refund/check.ts";
import { storedNames } from "./answer-fields.ts";

const storedNameOf: ReadonlyMap<string, string> = new Map(storedNames);
const memberOf: ReadonlyMap<string, string> = new Map(storedNames.map(([name, stored]) => [stored, name]));

/** Marks a member that a newer version stored. It is kept for that version, and never shown to a partner. */
const unknownMark = "?";

/** An answer as it is stored, under the short names of its members. Members without a short name are left out. */
export function toStored(fields: AnswerFields): Record<string, string | number> {
  const stored: Record<string, string | number> = {};
  for (const name in fields) {
    const value = fields[name];
    const storedName = storedNameOf.get(name) ?? (name[0] === unknownMark ? name.slice(1) : undefined);
    if (value !== undefined && storedName !== undefined) stored[storedName] = value;
  }
  return stored;
}

/**
 * The answer that was stored. A short name that this version does not know is kept, marked by a `?`, so that writing the
 * answer back loses nothing. Values that are neither text nor number are left out.
 */
export function fromStored(stored: Readonly<Record<string, unknown>>): AnswerFields {
  const fields: Record<string, string | number> = {};
  for (const storedName in stored) {
    const value = stored[storedName];
    if (typeof value !== "string" && typeof value !== "number") continue;
    fields[memberOf.get(storedName) ?? unknownMark + storedName] = value;
  }
  return fields;
}

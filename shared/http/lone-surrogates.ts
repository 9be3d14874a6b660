import type { WrongField } from "./wrong-field.ts";

/** JSON in UTF-8 can bring half a surrogate pair in by an escape only, so most requests need no further look. */
const surrogateEscape = /\\u[dD][89a-fA-F]/;
/** A request may be full of them; so many are named. */
const maxNamed = 20;

const message = "must be well-formed Unicode, without a lone surrogate";

/**
 * The fields of a request with a lone surrogate in them, by path: valid JSON, but no Unicode text, so that it can be neither
 * signed, sent nor stored. Members that we do not know count too, and so do the names of members.
 */
export function loneSurrogates(text: string, json: unknown): WrongField[] {
  if (!surrogateEscape.test(text)) return [];
  const wrong: WrongField[] = [];
  // A stack of its own, because a request may be nested deeper than calls can be.
  const open: { readonly path: string; readonly value: unknown }[] = [{ path: "", value: json }];
  for (let next = open.pop(); next !== undefined && wrong.length < maxNamed; next = open.pop()) {
    const { path, value } = next;
    if (typeof value === "string") {
      if (!value.isWellFormed()) wrong.push({ field: path || "body", message });
    } else if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value).reverse()) {
        const memberPath = path === "" ? name : `${path}.${name}`;
        if (name.isWellFormed()) open.push({ path: memberPath, value: member });
        else wrong.push({ field: memberPath.toWellFormed(), message });
      }
    }
  }
  return wrong.slice(0, maxNamed);
}

import { type Attributes, fromItem, type Item, toItem } from "./attributes.ts";

/** An update of one item: the expression with its names and values. */
export type Update = {
  readonly key: Item;
  readonly expression: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Item;
};

/**
 * The update that makes an item's attributes `after` where they were `before`. It names what changes and nothing else, so
 * that attributes of a newer version of this project stay as they are.
 */
export function changeOf(key: Item, before: Attributes, after: Attributes): Update {
  const names: Record<string, string> = {};
  const values: Record<string, Attributes[string]> = {};
  const set: string[] = [];
  const remove: string[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const value = after[name];
    if (isSame(before[name], value)) continue;
    names[`#${name}`] = name;
    if (value === undefined) remove.push(`#${name}`);
    else {
      values[`:${name}`] = value;
      set.push(`#${name} = :${name}`);
    }
  }
  const clauses = [set.length > 0 && `SET ${set.join(", ")}`, remove.length > 0 && `REMOVE ${remove.join(", ")}`];
  return { key, expression: clauses.filter(Boolean).join(" "), names, values: toItem(values) };
}

/** True if an item on record has every attribute as a write would have made it: the write itself, whose answer was lost. */
export function isResultOf(item: Item, written: Attributes): boolean {
  const stored = fromItem(item);
  return Object.entries(written).every(([name, value]) => isSame(stored[name], value));
}

function isSame(a: Attributes[string], b: Attributes[string]): boolean {
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  // A set of the table has no order.
  return a.length === b.length && a.every((member) => b.includes(member));
}

import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item } from "./attribute-values.ts";
import { invalid } from "./exceptions.ts";

/** An attribute, or a member of a map that is one: `["a"]`, `["a", "b"]`. */
export type Path = readonly string[];

export function valueAt(item: Item | undefined, [name = "", ...rest]: Path): AttributeValue | undefined {
  const value = item?.[name];
  return rest.length === 0 ? value : valueAt(value?.M, rest);
}

/** The item with another value at a path, or with none; the item itself stays as it is, because others may hold it. */
export function withValueAt(item: Item, [name = "", ...rest]: Path, value: AttributeValue | undefined): Item {
  const { [name]: old, ...others } = item;
  if (rest.length === 0) return value === undefined ? others : { ...others, [name]: value };
  if (old?.M === undefined) throw invalid("the document path is invalid for update");
  const M = Object.freeze(withValueAt(old.M, rest, value));
  return { ...others, [name]: Object.freeze({ M }) };
}

/** What of an item lies at the paths, each below the maps that lead to it. */
export function projected(item: Item, paths: readonly Path[]): Item {
  return paths.reduce<Item>((part, path) => {
    const value = valueAt(item, path);
    return value === undefined ? part : withGrafted(part, path, value);
  }, {});
}

function withGrafted(item: Item, [name = "", ...rest]: Path, value: AttributeValue): Item {
  const grafted = rest.length === 0 ? value : { M: withGrafted(item[name]?.M ?? {}, rest, value) };
  return { ...item, [name]: grafted };
}

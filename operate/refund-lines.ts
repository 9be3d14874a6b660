import type { Item } from "../shared/aws/attributes.ts";
import { keyPrefixes } from "../shared/names.ts";

/**
 * Whether items whose partition keys begin so are copied. Leases end within a minute, a token is a secret, a key that a
 * partner chose only spares it a second check, and what a partner has used of its share comes back in seconds.
 */
const isCopied: Readonly<Record<keyof typeof keyPrefixes, boolean>> = {
  refund: true,
  key: false,
  sweep: false,
  token: false,
  feed: true,
  endpoint: true,
  share: false,
  partner: true,
};

/** Whether an item belongs into a copy of the table. */
export function belongsIntoCopy({ pk }: Item): boolean {
  const names = Object.keys(keyPrefixes) as (keyof typeof keyPrefixes)[];
  return names.some((name) => isCopied[name] && pk?.S?.startsWith(keyPrefixes[name]));
}

/** An item as one line of JSON, in DynamoDB's own form, so that no attribute of any version is lost. */
export function lineOf(item: Item): string {
  return `${JSON.stringify(item)}\n`;
}

/** @throws an Error that names the line if it is no item that is copied */
export function itemIn(line: string, lineNumber: number): Item {
  let item: Item;
  try {
    item = JSON.parse(line) as Item;
  } catch (cause) {
    throw new Error(`line ${lineNumber} is not JSON`, { cause });
  }
  if (typeof item?.sk?.S !== "string" || !belongsIntoCopy(item))
    throw new Error(`line ${lineNumber} is no item of a refund or a partner`);
  return item;
}

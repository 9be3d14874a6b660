import type { Attributes } from "./attributes.ts";

const unitBytes = 1_024;

/** About as many bytes as DynamoDB counts for these attributes. Source: its developer guide, "item sizes and formats". */
export function sizeOf(attributes: Attributes): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    bytes += Buffer.byteLength(name);
    if (typeof value === "string") bytes += Buffer.byteLength(value);
    else if (typeof value === "number") bytes += Math.ceil(String(value).length / 2) + 1;
    else bytes += value.reduce((sum, member) => sum + Buffer.byteLength(member) + 1, 3);
  }
  return bytes;
}

/** How many bytes more cost no further write unit. */
export function roomBeside(attributes: Attributes): number {
  return unitBytes - (sizeOf(attributes) % unitBytes);
}

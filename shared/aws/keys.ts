import { type DueKind, dueKinds, keyPrefixes, maxShards } from "../names.ts";
import type { RefundIdentity } from "../refund/refund.ts";
import type { Item } from "./attributes.ts";

/** The sort key of a refund's own item. */
export const stateSk = "STATE";

/** A merchant number has a fixed length and a product no `#`, so that two refunds never share a partition. */
export function refundPk({ mid, instMid, merOrderId }: RefundIdentity): string {
  return `${keyPrefixes.refund}${mid}#${instMid}#${merOrderId}`;
}

/** The refund that a partition key names, or undefined where it names none. An order number may hold any `#`. */
export function refundOfPk(pk: string): RefundIdentity | undefined {
  if (!pk.startsWith(keyPrefixes.refund)) return undefined;
  const [mid, instMid, ...merOrderId] = pk.slice(keyPrefixes.refund.length).split("#");
  if (!mid || !instMid || merOrderId.length === 0) return undefined;
  return { mid, instMid, merOrderId: merOrderId.join("#") };
}

export function refundKey(identity: RefundIdentity): Item {
  return { pk: { S: refundPk(identity) }, sk: { S: stateSk } };
}

/** Spreads refunds evenly over the first `shards` partitions that the due index has for a kind of work (FNV-1a). */
export function dueShard(pk: string, shards: number, kind: DueKind): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < pk.length; i++) hash = Math.imul(hash ^ pk.charCodeAt(i), 0x01000193) >>> 0;
  return dueKinds[kind] + String(hash % Math.min(Math.max(shards, 1), maxShards));
}

/** Every partition of the due index for a kind of work. */
export function shardsOf(kind: DueKind): readonly string[] {
  return Array.from({ length: maxShards }, (_, i) => dueKinds[kind] + String(i));
}

/** DynamoDB's own time to live is in seconds; every other instant is in ms. */
export function ttlSeconds(epochMs: number): number {
  return Math.ceil(epochMs / 1000);
}

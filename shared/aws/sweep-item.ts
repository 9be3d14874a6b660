import { keyPrefixes } from "../names.ts";
import type { Lease } from "../refund/refund.ts";
import { type Item, toItem } from "./attributes.ts";

/** The right to sweep one group of shards, named by its shards. */
export function sweepItem(group: string, lease: Lease): Item {
  return toItem({
    pk: keyPrefixes.sweep + group,
    sk: "SWEEP",
    leaseOwner: lease.owner,
    leaseUntil: lease.until,
  });
}

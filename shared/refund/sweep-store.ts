import type { Lease, Refund } from "./refund.ts";

/**
 * What a sweep of the due index needs of the record.
 * Every method throws an `UnavailableError` when the record cannot be reached.
 */
export interface SweepStore {
  /** When the longest due entry of a shard came due; undefined where nothing is due at `now`. The cheapest question of all. */
  oldestDueAt(shard: string, now: number): Promise<number | undefined>;
  /** Takes the right to sweep a group of shards; false where somebody else has it. It ends by itself with the lease. */
  leaseSweep(group: string, lease: Lease, now: number): Promise<boolean>;
  /** Moves the end of a lease; false where it is not this owner's any more. */
  renewSweep(group: string, lease: Lease): Promise<boolean>;
  /** Gives the right back, if it is still this owner's. */
  releaseSweep(group: string, owner: string): Promise<void>;
}

/** Where the next page of a shard begins. Opaque: given back as it was got. */
export type DueCursor = { readonly opaque: unknown };

/** A page of refunds that something has to be done about, longest due first. */
export type DuePage = {
  readonly refunds: readonly Refund[];
  /** Keys of the records that this version of the project cannot read; they are left as they are. */
  readonly unreadable: readonly string[];
  /** Where the next page begins; absent on the last one. */
  readonly next: DueCursor | undefined;
};

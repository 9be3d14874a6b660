import type { Lease, Refund } from "./refund.ts";
import type { RefundStore } from "./refund-store.ts";
import type { Verification } from "./verification.ts";

/** A page of refunds that are due, longest due first. */
export type DuePage = {
  readonly refunds: readonly Refund[];
  /** Keys of the records that this version of the project cannot read; they are left as they are. */
  readonly unreadable: readonly string[];
  /** Where the next page begins; absent on the last one. */
  readonly next: DueCursor | undefined;
};

/** Opaque: given back as it was got. */
export type DueCursor = { readonly opaque: unknown };

/**
 * What the rechecks need of the record.
 * Every method throws an `UnavailableError` when the record cannot be reached.
 */
export interface RecheckStore {
  /** When the longest due entry of a shard came due; undefined where nothing is due at `now`. The cheapest question of all. */
  oldestDueAt(shard: string, now: number): Promise<number | undefined>;
  /** Takes the right to sweep a group of shards; false where somebody else has it. It ends by itself with the lease. */
  leaseSweep(group: string, lease: Lease, now: number): Promise<boolean>;
  /** Moves the end of a lease; false where it is not this owner's any more. */
  renewSweep(group: string, lease: Lease): Promise<boolean>;
  /** Gives the right back, if it is still this owner's. */
  releaseSweep(group: string, owner: string): Promise<void>;
  /**
   * The refunds of a shard that are due at `now`. Settled refunds are not read, however many there are.
   * `giveUpAt` (epoch ms) is when a table that answers only in part is given up.
   */
  readDue(shard: string, now: number, from: DueCursor | undefined, giveUpAt: number): Promise<DuePage>;
  /**
   * As a request's settle, but not in one step: the answer that is replaced is kept first, so that a kill between the two
   * leaves the refund as it was and due, and the same answer is then kept again in the same place.
   */
  settle: RefundStore["settle"];
  /** Writes what ChinaUMS says now of a final refund to its audit trail. The refund stays as it is, and is not due any more. */
  recordVerification(refund: Refund, verification: Verification): Promise<void>;
}

import type { Lease, Refund } from "./refund.ts";
import type { RefundStore } from "./refund-store.ts";

/** A page of refunds that are due, longest due first. */
export type DuePage = {
  readonly refunds: readonly Refund[];
  /** Records that this version of the project cannot read; they are counted, and left as they are. */
  readonly unreadable: number;
  /** Where the next page begins; absent on the last one. */
  readonly next: DueCursor | undefined;
};

/** Opaque: given back as it was got. */
export type DueCursor = { readonly opaque: unknown };

/** What the rechecks need of the record. */
export interface RecheckStore {
  /** Whether a shard has anything that is due at `now`; the cheapest question of all, as it is asked every minute. */
  hasDue(shard: string, now: number): Promise<boolean>;
  /** Takes the right to sweep a shard; false where somebody else has it. It ends by itself with the lease. */
  leaseSweep(shard: string, lease: Lease, now: number): Promise<boolean>;
  /** Gives the right back, if it is still this owner's. */
  releaseSweep(shard: string, owner: string): Promise<void>;
  /** The refunds of a shard that are due at `now`. Settled refunds are not checked, however many there are. */
  readDue(shard: string, now: number, from: DueCursor | undefined): Promise<DuePage>;
  /**
   * As a request's settle, but not in one step: the answer that is replaced is kept first, so that a kill between the two
   * leaves the refund as it was and due, and the same answer is then kept again in the same place.
   */
  settle: RefundStore["settle"];
}

import type { Refund } from "./refund.ts";
import type { RefundStore } from "./refund-store.ts";
import type { DueCursor, DuePage, SweepStore } from "./sweep-store.ts";
import type { Verification } from "./verification.ts";

/**
 * What the rechecks need of the record.
 * Every method throws an `UnavailableError` when the record cannot be reached.
 */
export interface RecheckStore extends SweepStore {
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

import type { Refund } from "../refund/refund.ts";
import type { DueCursor, DuePage } from "../refund/sweep-store.ts";
import { type BatchedReadsDeps, createBatchedReads } from "./batched-reads.ts";
import { createDueIndex } from "./due-index.ts";
import { type RefundLayout, readOrUndefined } from "./refund-item.ts";

export type RefundPagesDeps = BatchedReadsDeps &
  RefundLayout & {
    /** As many refunds as a page has at most. */
    readonly pageSize: number;
    /** Since when the work that the pages are about is due, in epoch ms; undefined where there is none. */
    readonly dueAtOf: (refund: Refund) => number | undefined;
  };

/** Reads the refunds of a shard of the due index that were due at `until`. `giveUpAt` is for reads. Both are epoch ms. */
export function createRefundPages(deps: RefundPagesDeps) {
  const { pageSize, dueAtOf } = deps;
  const readItems = createBatchedReads(deps);
  const { dueKeys } = createDueIndex(deps);

  return async (shard: string, until: number, from: DueCursor | undefined, giveUpAt: number): Promise<DuePage> => {
    const { keys, next } = await dueKeys(shard, until, pageSize, from);
    const refunds: Refund[] = [];
    const unreadable: string[] = [];
    for (const item of await readItems(keys, giveUpAt)) {
      const refund = readOrUndefined(item, deps);
      if (refund === undefined) unreadable.push(item.pk?.S ?? "");
      // The index is a moment behind the table; what has been done since is not due any more.
      else if ((dueAtOf(refund) ?? Number.POSITIVE_INFINITY) <= until) refunds.push(refund);
    }
    refunds.sort((a, b) => (dueAtOf(a) ?? 0) - (dueAtOf(b) ?? 0));
    return { refunds, unreadable, next };
  };
}

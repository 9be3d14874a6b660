import type { Ladder } from "../../shared/refund/recheck-ladder.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { createOpenRefunds, type OpenRefundsDeps } from "../open-refunds.ts";
import { createSettledRefunds, type SettledRefundsDeps } from "../settled-refunds.ts";
import { type SettleAge, settleAgeOf } from "./settle-age.ts";

export type ReadHistoryDeps = SettledRefundsDeps & OpenRefundsDeps;

/** Refunds first seen in a time range, by product: the settle age of each, in the order in which they were first seen. */
export type History = ReadonlyMap<string, readonly SettleAge[]>;

/**
 * Reads the settle ages of all refunds that were first seen since an instant, epoch ms: those that have ended since, by the feeds of
 * partners, and those that are still open, by the index of what is due. Without the open ones, slow refunds would be missing.
 */
export async function readHistory(
  deps: ReadHistoryDeps,
  { partnerIds, since, ladderOf }: HistoryRange,
): Promise<History> {
  const found = new Map<string, Refund>();
  const add = (refund: Refund) => {
    if (refund.firstSeenAt >= since) found.set(`${refund.mid}#${refund.instMid}#${refund.merOrderId}`, refund);
  };
  for await (const { recorded } of createOpenRefunds(deps).readOpen({})) {
    if (recorded.kind === "readable") add(recorded.refund);
  }
  // They come second, because a refund may have ended meanwhile.
  const range = { since, until: Number.POSITIVE_INFINITY, order: "oldest" } as const;
  for await (const batch of createSettledRefunds(deps)(partnerIds, range)) {
    for (const { recorded } of batch) if (recorded.kind === "readable") add(recorded.refund);
  }
  const history = new Map<string, SettleAge[]>();
  for (const refund of [...found.values()].sort(byFirstSight)) {
    const age = settleAgeOf(refund, ladderOf(refund.instMid));
    if (age === undefined) continue;
    const ages = history.get(refund.instMid);
    if (ages === undefined) history.set(refund.instMid, [age]);
    else ages.push(age);
  }
  return history;
}

export type HistoryRange = {
  readonly partnerIds: readonly string[];
  readonly since: number;
  /** The ladder that refunds of a product were checked by. */
  readonly ladderOf: (instMid: string) => Ladder;
};

/** Order numbers decide between refunds of one instant, so that the same history gives the same fit. */
function byFirstSight(a: Refund, b: Refund): number {
  return a.firstSeenAt - b.firstSeenAt || a.merOrderId.localeCompare(b.merOrderId);
}

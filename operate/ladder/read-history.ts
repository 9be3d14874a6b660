import type { Ladder } from "../../shared/refund/recheck-ladder.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { createOpenRefunds, type OpenRefundsDeps } from "../open-refunds.ts";
import { createSettledRefunds, type SettledRefundsDeps } from "../settled-refunds.ts";
import { type SettleAge, settleAgeOf } from "./settle-age.ts";

export type ReadHistoryDeps = SettledRefundsDeps & OpenRefundsDeps;

/** Refunds first seen in a time range, by product: the settle age of each, in the order in which they were first seen, and by name. */
export type History = ReadonlyMap<string, readonly SettleAge[]>;

/**
 * Reads the settle ages of all refunds that were first seen since an instant, epoch ms: those that have ended since, by the feeds of
 * partners, and those that are still open, by the index of what is due. Without the open ones, slow refunds would be missing.
 */
export async function readHistory(
  deps: ReadHistoryDeps,
  { partnerIds, since, ladderOf }: HistoryRange,
): Promise<History> {
  // Of each refund as little as can be is kept, because there may be a million.
  const found = new Map<string, Found>();
  const add = (refund: Refund) => {
    const { mid, instMid, merOrderId, firstSeenAt } = refund;
    if (firstSeenAt < since) return;
    found.set(`${mid}#${instMid}#${merOrderId}`, { instMid, firstSeenAt, age: settleAgeOf(refund, ladderOf(instMid)) });
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
  const inOrder = [...found].sort(([a, one], [b, other]) => one.firstSeenAt - other.firstSeenAt || a.localeCompare(b));
  for (const [, { instMid, age }] of inOrder) {
    if (age === undefined) continue;
    const ages = history.get(instMid);
    if (ages === undefined) history.set(instMid, [age]);
    else ages.push(age);
  }
  return history;
}

type Found = { readonly instMid: string; readonly firstSeenAt: number; readonly age: SettleAge | undefined };

export type HistoryRange = {
  readonly partnerIds: readonly string[];
  readonly since: number;
  /** The ladder that refunds of a product were checked by. */
  readonly ladderOf: (instMid: string) => Ladder;
};

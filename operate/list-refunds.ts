import { setTimeout as sleep } from "node:timers/promises";
import { isRefundState } from "../shared/refund/refund.ts";
import { listPartners, Refused } from "../tools/partner-secrets.ts";
import { type DeployedTable, type Deployment, partnerSecretsOf } from "./deployment.ts";
import { createOpenRefunds } from "./open-refunds.ts";
import type { RecordedRefund } from "./recorded-refund.ts";
import { type FilterOptions, filterOf } from "./refund-filter-options.ts";
import { createSettledRefunds } from "./settled-refunds.ts";

type ListDeps = { readonly place: DeployedTable; readonly now: number };
type ListOptions = Deployment & FilterOptions & { readonly since?: number };

/** Feeds keep what they list for so long. */
const keptMs = 90 * 86_400_000;

/**
 * The refunds that the options choose, one after another: open ones by when they are due, succeeded and failed ones by when
 * partners were told of them, newest first. Those in review are read by that too where `since` is given, because an older version
 * may have left them to a person. Without any option, all that are not final.
 * @throws {Refused} if the options are wrong
 */
export async function* listRefunds({ place, now }: ListDeps, options: ListOptions): AsyncGenerator<RecordedRefund> {
  const { state = "", since } = options;
  const isToldOf = isRefundState(state) && state !== "pending";
  if (!isToldOf || (state === "needs_review" && since === undefined)) {
    if (since !== undefined) throw new Refused("--since is for --state succeeded, failed and needs_review");
    const open = createOpenRefunds({ ...place, now: () => now });
    for await (const { recorded } of open.readOpen(filterOf(options))) yield recorded;
    return;
  }
  const { partner, mid, olderThan: olderThanMs = 0 } = options;
  const partnerIds = partner === undefined ? await allPartners(options) : [partner];
  const settledRefunds = createSettledRefunds({ ...place, now: () => now, random: Math.random, sleep });
  const range = { since: since ?? now - keptMs, until: Number.POSITIVE_INFINITY, order: "newest" } as const;
  for await (const batch of settledRefunds(partnerIds, range)) {
    for (const { recorded } of batch) {
      if (mid !== undefined && recorded.refund.mid !== mid) continue;
      if (recorded.kind === "unreadable") yield recorded;
      else if (recorded.refund.state === state && now - recorded.refund.firstSeenAt >= olderThanMs) yield recorded;
    }
  }
}

async function allPartners(options: Deployment): Promise<string[]> {
  return (await listPartners(partnerSecretsOf(options))).map(({ partnerId }) => partnerId);
}

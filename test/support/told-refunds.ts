import type { TellRun } from "../../functions/refund-tell/tell-counts.ts";
import { newTellCounts } from "../../functions/refund-tell/tell-counts.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import type { EventKey } from "../../shared/telling/refund-event.ts";
import { claimedRefund, start } from "./refunds.ts";

/** A refund that has just become final, and whose partners are still to be told of it. */
export function untoldRefund(overrides: Partial<Refund> = {}): Refund {
  const { version = 2 } = overrides;
  return claimedRefund({
    state: "succeeded",
    version,
    dueAt: undefined,
    lease: undefined,
    checkedAt: start,
    untold: { sequence: version, since: start, overtaken: [] },
    ...overrides,
  });
}

/** What names the event of an untold refund, for its first partner. */
export function eventKeyOf({ mid, instMid, merOrderId, partners, untold, version }: Refund): EventKey {
  const sequence = untold?.sequence ?? version;
  return { refund: { mid, instMid, merOrderId }, partnerId: partners[0] ?? "", sequence };
}

/** One invocation of telling that keeps what it hears. */
export function newTellRun() {
  const failures: unknown[] = [];
  const unreadable: string[] = [];
  const ended: string[] = [];
  const run: TellRun = {
    counts: newTellCounts(),
    onFailed: (_, error) => failures.push(error),
    onUnreadable: (key) => unreadable.push(key),
    onWebhookEnded: (partner) => ended.push(partner),
  };
  return { ...run, failures, unreadable, ended };
}

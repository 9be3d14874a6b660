import type { Lease, Refund } from "./refund.ts";
import type { Claim } from "./refund-store.ts";
import { withAskedTid } from "./terminals.ts";

/** What is known of a refund when it is first seen. Without a lease, nobody is checking it yet. */
export type FirstSight = Pick<Claim, "identity" | "asked" | "partnerId" | "now" | "dueAt"> & {
  readonly lease: Lease | undefined;
};

/** A refund when it is first seen: never checked, and due already, so that a crash right now loses nothing. */
export function newRefund({ identity, asked, partnerId, now, dueAt, lease }: FirstSight): Refund {
  return {
    ...identity,
    tid: asked.tid,
    confirmedTid: undefined,
    askedTids: [asked.tid],
    state: "pending",
    stateIsNewer: false,
    version: 1,
    reading: undefined,
    code: undefined,
    lastAsked: undefined,
    attempts: 0,
    openRung: 0,
    notFoundRung: 0,
    firstSeenAt: now,
    checkedAt: undefined,
    seenOpenAt: undefined,
    isAnswered: false,
    stalledSince: undefined,
    answer: undefined,
    evidence: [],
    sentMsgId: undefined,
    dueAt,
    lease,
    partners: [partnerId],
    untold: undefined,
    verifyRequestedAt: undefined,
    acknowledged: undefined,
  };
}

/**
 * A refund on record as a claim takes it, or a watch, which takes no lease. When it is due stays as it was. One that was left
 * to a person becomes due, so that
 * a claimed refund is always checked again.
 */
export function claimRefund(
  known: Refund,
  { asked, partnerId, dueAt, lease }: Omit<FirstSight, "identity" | "now">,
): Refund {
  return {
    ...known,
    tid: asked.tid,
    // The confirmed one is kept anyway, so that it must not push out another.
    askedTids: asked.tid === known.confirmedTid ? known.askedTids : withAskedTid(known.askedTids, asked.tid),
    version: known.version + 1,
    dueAt: known.dueAt ?? dueAt,
    lease,
    partners: [...new Set([...known.partners, partnerId])],
  };
}

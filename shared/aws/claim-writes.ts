import { dueKinds } from "../names.ts";
import { newRefund } from "../refund/claim-refund.ts";
import { allowedPredecessors, type Refund, type RefundState } from "../refund/refund.ts";
import type { Claim } from "../refund/refund-store.ts";
import { withPartnersTold } from "../refund/untold.ts";
import { type Item, toItem } from "./attributes.ts";
import { refundKey } from "./keys.ts";
import { type RefundLayout, refundAttributes } from "./refund-item.ts";
import { type ConditionalWrite, ifAbsent } from "./table.ts";
import { changeOf, isResultOf } from "./update.ts";

/** What a first claim writes only where the refund is not on record, or the attribute is not there. */
const onlyIfAbsent = ["state", "firstSeenAt", "dueAt", "dueShard"] as const;
/** What every claim writes. */
const always = ["tid", "leaseOwner", "leaseUntil"] as const;

/**
 * A claim of a refund that has not been read: it is taken where it is not on record, and where it is open, free, and was not
 * checked too recently for a claim without a look at the record. `claimRefund` says what a refund becomes by it.
 */
export function claimUnread(claim: Claim, layout: RefundLayout): ConditionalWrite {
  const fresh = refundAttributes(newRefund(claim), layout);
  const set = [
    ...always.map((name) => `#${name} = :${name}`),
    ...onlyIfAbsent.map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
    "#version = if_not_exists(#version, :none) + :one",
  ];
  const written = [...always, ...onlyIfAbsent, "partners", "askedTids"] as const;
  const states = inStates(allowedPredecessors.pending);
  // One that is left to a person becomes due by a claim, for which it has to be read.
  const isSwept = "NOT begins_with(dueShard, :person)";
  const free = "attribute_not_exists(leaseUntil) OR leaseUntil <= :now";
  const notRecent = "attribute_not_exists(checkedAt) OR checkedAt < :since";
  return {
    write: {
      key: refundKey(claim.identity),
      expression: `SET ${set.join(", ")} ADD #partners :partners, #askedTids :askedTids`,
      names: Object.fromEntries([...written, "version"].map((name) => [`#${name}`, name])),
      values: toItem(Object.fromEntries(written.map((name) => [`:${name}`, fresh[name]]))),
    },
    condition: `${ifAbsent} OR (${states.condition} AND ${isSwept} AND (${free}) AND (${notRecent}))`,
    values: {
      ...states.values,
      ...toItem({
        ":none": 0,
        ":one": 1,
        ":now": claim.now,
        ":since": Math.min(claim.recentSince, claim.arrivedAt),
        ":person": dueKinds.person,
      }),
    },
  };
}

/** A claim of a refund that has been read, or of one that is not on record. */
export function takeOver(known: Refund | undefined, claimed: Refund, layout: RefundLayout): ConditionalWrite {
  if (known === undefined) {
    const write = changeOf(refundKey(claimed), {}, refundAttributes(claimed, layout));
    return { write, condition: ifAbsent };
  }
  return settleOver(known, claimed, layout).write;
}

/** A write of `after` over the very `before` that was read, and how to know its result again. */
export function settleOver(
  before: Refund,
  after: Refund,
  layout: RefundLayout,
): { write: ConditionalWrite; isResult: (stored: Item) => boolean } {
  const attributes = refundAttributes(after, layout);
  const known = refundAttributes(before, layout);
  // A word of a newer version is read as unfamiliar. It stays until there is a newer reading, which may be that as well.
  const stored = after.checkedAt === before.checkedAt ? known : { ...known, reading: undefined };
  const states = inStates(allowedPredecessors[after.state]);
  // Telling is so quick that it may have come before a second try of the write. Evidence was cut to the room that there was.
  const toldSince = () => {
    if (after.untold === undefined) return attributes;
    return { ...refundAttributes(withPartnersTold(after), layout), evidence: attributes.evidence };
  };
  return {
    write: {
      write: changeOf(refundKey(after), stored, attributes),
      // The version alone fences. The states keep out of what only a newer version of this project knows.
      condition: `#version = :before AND ${states.condition}`,
      names: { "#state": "state" },
      values: { ":before": { N: String(before.version) }, ...states.values },
    },
    isResult: (stored) => isResultOf(stored, attributes) || isResultOf(stored, toldSince()),
  };
}

/** The condition that a refund is in one of these states. */
export function inStates(states: readonly RefundState[]): { condition: string; values: Item } {
  const values = Object.fromEntries(states.map((state) => [`:from_${state}`, { S: state }]));
  return { condition: `#state IN (${Object.keys(values).join(", ")})`, values };
}

import { dueKinds } from "../names.ts";
import { claimRefund, newRefund } from "../refund/claim-refund.ts";
import { allowedPredecessors, type Refund } from "../refund/refund.ts";
import type { Watch, WatchStore } from "../refund/watch-store.ts";
import { toItem } from "./attributes.ts";
import { inStates, takeOver } from "./claim-writes.ts";
import { refundKey } from "./keys.ts";
import { type RefundLayout, readRefundItem, refundAttributes } from "./refund-item.ts";
import { type ConditionalWrite, createTable, ifAbsent, type TableDeps } from "./table.ts";

/** What is written only where the refund is not on record, or the attribute is not there. */
const onlyIfAbsent = ["state", "firstSeenAt", "dueAt", "dueShard"] as const;

/** Refunds that partners register, in DynamoDB: one write each, and none where nothing would change. */
export function createDynamoWatchStore(deps: TableDeps & RefundLayout): WatchStore {
  const { write, whileBusy } = createTable(deps);

  return {
    watch: (watch) =>
      whileBusy(async () => {
        const result = await write(watchUnread(watch, deps), true);
        const item = result.item ?? result.failure?.item;
        if (item === undefined) return "busy";
        const refund = readRefundItem(item, deps);
        if (result.failure !== undefined && isLeftToPerson(refund) && isNews(refund, watch)) {
          const { tid, partnerId, now } = watch;
          const watched = claimRefund(refund, {
            asked: { tid, digest: undefined },
            partnerId,
            dueAt: now,
            lease: refund.lease,
          });
          const { failure } = await write(takeOver(refund, watched, deps));
          return failure === undefined ? { refund: watched, isNew: false } : "busy";
        }
        // Made by this call, though by an earlier try of it where the SDK tried again after an answer was lost. A request that
        // asks about a refund in the same millisecond leaves it leased.
        const isNew = refund.version === 1 && refund.firstSeenAt === watch.now && refund.lease === undefined;
        return { refund, isNew };
      }),
  };
}

/** The write is left out where the refund is final, and where the partner has registered or asked by this number already. */
function watchUnread(watch: Watch, layout: RefundLayout): ConditionalWrite {
  const { refund, tid, partnerId } = watch;
  const fresh = refundAttributes(newWatched(watch), layout);
  const set = [
    "#tid = :tid",
    ...onlyIfAbsent.map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
    "#version = if_not_exists(#version, :none) + :one",
  ];
  const written = ["tid", "partners", "askedTids", ...onlyIfAbsent] as const;
  const states = inStates(allowedPredecessors.pending);
  const isKnownTid = "contains(#askedTids, :newTid) OR confirmedTid = :newTid";
  const hasNews = `NOT contains(#partners, :partner) OR NOT (${isKnownTid})`;
  // One that is left to a person becomes due, for which it has to be read.
  const isSwept = "NOT begins_with(dueShard, :person)";
  return {
    write: {
      key: refundKey(refund),
      expression: `SET ${set.join(", ")} ADD #partners :partners, #askedTids :askedTids`,
      names: Object.fromEntries([...written, "version"].map((name) => [`#${name}`, name])),
      values: toItem(Object.fromEntries(written.map((name) => [`:${name}`, fresh[name]]))),
    },
    condition: `${ifAbsent} OR (${states.condition} AND ${isSwept} AND (${hasNews}))`,
    values: {
      ...states.values,
      ...toItem({ ":none": 0, ":one": 1, ":partner": partnerId, ":newTid": tid, ":person": dueKinds.person }),
    },
  };
}

function isLeftToPerson({ state, dueAt, untold }: Refund): boolean {
  return state === "needs_review" && dueAt === undefined && untold === undefined;
}

/** As the condition of the write has it. */
function isNews({ partners, askedTids, confirmedTid }: Refund, { partnerId, tid }: Watch): boolean {
  return !partners.includes(partnerId) || !(askedTids.includes(tid) || confirmedTid === tid);
}

/** A refund that nobody has asked about yet: it is due at once, and nobody has a right to it. */
function newWatched({ refund, tid, partnerId, now }: Watch) {
  return newRefund({
    identity: refund,
    asked: { tid, digest: undefined },
    partnerId,
    now,
    dueAt: now,
    lease: undefined,
  });
}

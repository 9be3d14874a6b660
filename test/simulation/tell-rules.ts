import { isDeepStrictEqual } from "node:util";
import { createDeliveryRules } from "./delivery-rules.ts";
import { createEventRules, type KnownEvent, nameOf } from "./event-rules.ts";
import type { Invariants } from "./invariants.ts";
import type { Change, Row } from "./observed-table.ts";
import type { Partner } from "./partners.ts";
import type { Post } from "./receivers.ts";
import { asPlanned, asSet, isNewer } from "./refund-history.ts";
import { type Hold, holding, type World } from "./world.ts";

export type TellRulesDeps = {
  readonly world: World;
  readonly invariants: Invariants;
  readonly partners: readonly Partner[];
  /** True if a partner's own secret was out of reach at some time since an instant. */
  readonly hasFailedSince: (partner: Partner, instant: number) => boolean;
  readonly skewMs: number;
};

/** Between a check's answer and its write others may write for so long. */
const askedMs = 30_000;
const toldStates: readonly unknown[] = ["succeeded", "failed", "needs_review"];
const minuteMs = 60_000;
/** For so long a function behind the API may go by what it has read of a partner's secret. */
const secretMs = 16 * minuteMs;
/** For so long the function that posts may: 30 s, and what a try waits for its turn. */
const postSecretMs = 2 * minuteMs;
const sweepGraceMs = 25_000;
/** Longer than any outage of the table and of Secrets Manager. */
const longestLagMs = 12 * 60 * minuteMs;

/** True while partners are still to be told of a refund's state. */
export function isUntold(row: Row | undefined): boolean {
  return /^t/.test(String(row?.dueShard));
}

/** The rules about telling that hold after every write and every post. */
export function createTellRules({ world, invariants, partners, hasFailedSince, skewMs }: TellRulesDeps) {
  const { clock } = world;
  const slackMs = 2 * skewMs + 10;
  const untold = new Map<string, { readonly sequence: number; readonly since: number }>();
  const toldAt = new Map<string, number>();
  const partnerOf = (partnerId: string) => partners.find((one) => one.partnerId === partnerId);
  const isTheirs = ({ partnerId, refund }: Pick<KnownEvent, "partnerId" | "refund">) =>
    partnerOf(partnerId)?.mids.includes(refund.split("#")[0] ?? "") === true;
  const untoldSequence = (refund: string) => untold.get(refund)?.sequence;
  const events = createEventRules({ now: clock.now, invariants, untoldSequence, isTheirs });
  const deliveries = createDeliveryRules({ world, slackMs, event: events.event });

  function checkState(refund: string, before: Row | undefined, after: Row, writer: string, hold: Hold): void {
    const hasLeft = before?.state !== after.state;
    const was = isUntold(before);
    const is = isUntold(after);
    hold(is === (after.untoldSequence !== undefined), "what is untold is in the index of what is to be told");
    if (hasLeft && !isNewer(writer) && before !== undefined) {
      const mustBeTold = toldStates.includes(after.state) && asSet(after.partners).length > 0;
      const overtaken = was ? [...asSet(before.overtakenSequences), String(before.untoldSequence)] : [];
      hold(is === (mustBeTold || was), "partners are told of an end and of a review");
      const isKept = isDeepStrictEqual(new Set(asSet(after.overtakenSequences)), new Set(overtaken));
      hold(isKept, "what was left untold stays on record until that is told as well");
      hold(!is || after.untoldSequence === after.version, "what is told has the version that brought it about");
      // A process may be frozen between the answer and the write. What it overwrites was there before the answer, or was
      // written while it asked, and then it wrote its outcome over that.
      const { at = 0 } = invariants.versions(refund).findLast(({ row }) => row.version === before.version) ?? {};
      const isBetween = Number(after.dueAt) >= at - askedMs - slackMs && Number(after.dueAt) <= clock.now() + slackMs;
      hold(!is || isBetween, "it is untold since it is so");
    }
    if (is && (!was || hasLeft))
      untold.set(refund, { sequence: Number(after.untoldSequence), since: Number(after.dueAt) });
    if (!is) untold.delete(refund);
    if (is && was && !hasLeft) {
      const isSame = after.untoldSequence === before?.untoldSequence && after.dueAt === before?.dueAt;
      hold(isSame, "what is to be told stays so until it is");
    }
    if (was && !is && !hasLeft) checkTold(refund, before as Row, after, hold);
    const isLeased = Number(after.leaseUntil ?? 0) > clock.now() + slackMs;
    hold(!isLeased || after.dueAt !== undefined, "what is leased is due");
  }

  function checkTold(refund: string, before: Row, after: Row, hold: Hold): void {
    const sequence = Number(before.untoldSequence);
    const those = asSet(before.partners);
    const isOnRecord = those.every((one) => (events.event(refund, one, sequence)?.page ?? 0) > 0);
    const isTold = toldStates.includes(after.state);
    hold(isOnRecord || !isTold, "what is told is on record for every partner");
    hold(after.checkedAt === before.checkedAt, "telling is no check");
    hold(
      asPlanned(after).dueAt === (before.checkDueAt ?? before.leaseUntil),
      "telling leaves the next check as it was",
    );
    hold(isDeepStrictEqual(after.partners, before.partners), "nobody comes in while a refund is told");
    for (const ended of [sequence, ...asSet(before.overtakenSequences).map(Number)]) {
      for (const one of those) toldAt.set(nameOf(refund, one, ended), clock.now());
    }
  }

  /** True if a partner had a merchant so lately that a process may not know of the loss. */
  function mayStillBeTheirs(event: KnownEvent): boolean {
    const partner = partnerOf(event.partnerId) as Partner;
    return isTheirs(event) || wasLostWithin(event, secretMs) || hasFailedSince(partner, partner.lost?.at ?? 0);
  }
  function wasLostWithin({ partnerId }: KnownEvent, ms: number): boolean {
    return clock.now() - (partnerOf(partnerId)?.lost?.at ?? 0) < ms;
  }

  return {
    ...events,
    ...deliveries,

    onWrite(changes: readonly Change[], writer: string): void {
      for (const { pk, sk, before, after } of changes) {
        const hold = holding(
          world,
          () => `${pk} ${sk} by ${writer}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`,
        );
        if (sk === "STATE") checkState(pk.slice("REFUND#".length), before, after, writer, hold);
        if (sk === "ENDPOINT") deliveries.checkEndpoint(pk.slice("ENDPOINT#".length), before, after, hold);
        if (sk.startsWith("PAGE#"))
          events.checkPage(pk.slice("FEED#".length), Number(sk.slice("PAGE#".length)), before, after, hold);
        if (sk.startsWith("EVENT#")) events.checkEvent(pk, sk, before, after, hold);
        if (sk.startsWith("DELIVERY#")) deliveries.checkDelivery(pk, sk, before, after, hold);
      }
    },
    onDelete(pk: string, sk: string, before: Row): void {
      const hold = holding(world, () => `${pk} ${sk}: ${JSON.stringify(before)}`);
      hold(sk === "ENDPOINT", "nothing is deleted but what was wrong with an endpoint");
      deliveries.onForgotten(pk.slice("ENDPOINT#".length), before, hold);
    },

    onPost({ partner, id, configId, timestampMs, body, isSigned, process }: Post): void {
      const event = events.eventById(id);
      const hold = holding(world, () => `${id} to ${partner.partnerId} by ${process.name}: ${body}`);
      hold(event !== undefined, "what is posted is on record");
      if (event === undefined) return;
      hold(event.partnerId === partner.partnerId, "a webhook is posted to its own partner");
      hold(event.body === body, "a webhook has the body that is on record");
      if (process.wasFrozen()) return;
      // While a secret is out of reach, what was read of it before goes on serving.
      const isUnread = hasFailedSince(partner, clock.now() - minuteMs);
      hold(isSigned || isUnread, "a webhook is signed with the secrets that are valid");
      // A process may be frozen for some seconds between its signature and its post.
      hold(Math.abs(timestampMs - clock.now()) < minuteMs, "a webhook says when it was sent");
      hold(isTheirs(event) || wasLostWithin(event, postSecretMs), "nothing is posted of a merchant that was lost");
      deliveries.checkPost(partner.partnerId, configId, hold);
    },
    onFailed({ partner, configId, id }: Post, isGone: boolean): void {
      deliveries.onFailed(
        partner.partnerId,
        configId,
        isGone,
        holding(world, () => `${id} to ${partner.partnerId}`),
      );
    },
    onDelivered: ({ id, partner }: Post) => deliveries.onDelivered(id, partner.partnerId),

    mayStillBeTheirs,
    isTheirs,
    untold: (): ReadonlyMap<string, { readonly since: number }> => untold,
    toldAt: ({ refund, partnerId, sequence }: KnownEvent) => toldAt.get(nameOf(refund, partnerId, sequence)),

    /** When the schedule has something to do: what the stream has left untold, or a delivery that is due. */
    earliestDueAt(): number | undefined {
      let earliest = deliveries.earliestDueAt();
      for (const { since } of untold.values()) earliest = Math.min(earliest, since + sweepGraceMs);
      if (earliest < clock.now() - longestLagMs)
        world.violate("telling is never behind for half a day", new Date(earliest).toISOString());
      return earliest === Number.POSITIVE_INFINITY ? undefined : earliest;
    },
  };
}

export type TellRules = ReturnType<typeof createTellRules>;

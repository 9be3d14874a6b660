import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { unpackText } from "../../shared/aws/packed-text.ts";
import { fromStored } from "../../shared/chinaums/refund-query/stored-answer.ts";
import type { Invariants } from "./invariants.ts";
import type { Change, Row } from "./observed-table.ts";
import type { Partner } from "./partners.ts";
import type { Post } from "./receivers.ts";
import type { World } from "./world.ts";

/** An event on record. `index` is its place on its page, from zero. */
export type KnownEvent = {
  readonly id: string;
  readonly refund: string;
  readonly partnerId: string;
  readonly sequence: number;
  readonly page: number;
  readonly index: number;
  readonly body: string;
  readonly at: number;
  readonly writtenAt: number;
};

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
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** For so long a process may go by what it has read of a partner's secret. */
const secretMs = 16 * minuteMs;
/** The waits after each failed try: docs/partners.md. */
const retryWaitsMs = [5_000, 5 * minuteMs, 30 * minuteMs, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * hourMs)];
const sweepGraceMs = 25_000;
/** Longer than any outage of the table and of Secrets Manager. */
const longestLagMs = 12 * hourMs;
const maxEntries = 40;

/** True while partners are still to be told of a refund's state. */
export function isUntold(row: Row | undefined): boolean {
  return /^t/.test(String(row?.dueShard));
}

/** The rules about telling that hold after every write and every post. */
export function createTellRules({ world, invariants, partners, hasFailedSince, skewMs }: TellRulesDeps) {
  const { clock } = world;
  const slackMs = 2 * skewMs + 10;
  const events = new Map<string, KnownEvent>();
  const ids = new Map<string, string>();
  const pages = new Map<string, (readonly [string, number])[][]>();
  const untold = new Map<string, { readonly sequence: number; readonly since: number }>();
  const deliveries = new Map<string, Row>();
  const deliveriesDue = new Map<string, number>();
  const delivered = new Set<string>();
  const toldAt = new Map<string, number>();
  const passed = new Map<string, { readonly page: number; readonly index: number }>();

  const nameOf = (refund: string, partnerId: string, sequence: number) => `${refund} ${partnerId} ${sequence}`;
  const partnersOf = (row: Row | undefined) => (Array.isArray(row?.partners) ? row.partners : []) as string[];
  const overtakenOf = (row: Row | undefined) =>
    (Array.isArray(row?.overtakenSequences) ? row.overtakenSequences : []) as string[];
  const partnerOf = (partnerId: string) => partners.find((one) => one.partnerId === partnerId);

  type Hold = (isTrue: boolean, rule: string) => void;

  function checkState(refund: string, before: Row | undefined, after: Row, writer: string, hold: Hold): void {
    const hasLeft = before?.state !== after.state;
    const isNew = /^newer/.test(writer);
    const was = isUntold(before);
    const is = isUntold(after);
    hold(is === (after.untoldSequence !== undefined), "what is untold is in the index of what is to be told");
    if (hasLeft && !isNew && before !== undefined) {
      const mustBeTold = toldStates.includes(after.state) && partnersOf(after).length > 0;
      const overtaken = was ? [...overtakenOf(before), String(before.untoldSequence)] : [];
      hold(is === (mustBeTold || was), "partners are told of an end and of a review");
      const isKept = isDeepStrictEqual(new Set(overtakenOf(after)), new Set(overtaken));
      hold(isKept, "what was left untold stays on record until that is told as well");
      hold(!is || after.untoldSequence === after.version, "what is told has the version that brought it about");
      // A process may be frozen between the answer and the write. What it overwrites was there before the answer, or was
      // written while it asked, and then it wrote its outcome over that.
      const { at = 0 } = invariants.since(refund, 0).findLast(({ row }) => row.version === before.version) ?? {};
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
    if (was && !is && !hasLeft) {
      const sequence = Number(before?.untoldSequence);
      const isWritten = (one: string) => (events.get(nameOf(refund, one, sequence))?.page ?? 0) > 0;
      const areWritten = !toldStates.includes(after.state) || partnersOf(before).every(isWritten);
      hold(areWritten, "what is told is on record for every partner");
      const next = before?.checkDueAt ?? before?.leaseUntil;
      const planned = /^p/.test(String(after.dueShard)) ? undefined : after.dueAt;
      hold(planned === next, "telling leaves the next check as it was");
      hold(isDeepStrictEqual(after.partners, before?.partners), "nobody comes in while a refund is told");
      for (const ended of [sequence, ...overtakenOf(before)]) {
        for (const one of partnersOf(before)) toldAt.set(nameOf(refund, one, Number(ended)), clock.now());
      }
    }
    const isLeased = Number(after.leaseUntil ?? 0) > clock.now() + slackMs;
    hold(!isLeased || after.dueAt !== undefined, "what is leased is due");
  }

  function checkPage(partnerId: string, number: number, before: Row | undefined, after: Row, hold: Hold): void {
    const own = pages.get(partnerId) ?? [];
    pages.set(partnerId, own);
    hold(before === undefined, "a page never changes");
    hold(number === own.length + 1, "pages have no gap");
    const entries = JSON.parse(String(after.entries)) as [string, number][];
    hold(entries.length >= 1 && entries.length <= maxEntries, "a page has some entries");
    for (const [pk] of entries) {
      const row = invariants.latest(pk.slice("REFUND#".length));
      hold(partnersOf(row).includes(partnerId), "a feed has nothing of another partner");
    }
    own[number - 1] = entries;
  }

  function checkEvent(pk: string, sk: string, before: Row | undefined, after: Row, hold: Hold): void {
    const refund = pk.slice("REFUND#".length);
    const [, partnerId = "", digits = ""] = sk.split("#");
    const sequence = Number(digits);
    hold(before === undefined, "an event never changes");
    const latest = invariants.latest(refund);
    const page = Number(after.page);
    if (page === 0) {
      hold(untold.get(refund)?.sequence !== sequence, "nothing is ruled out that is still to be told");
      return;
    }
    const index = pages.get(partnerId)?.[page - 1]?.findIndex(([key, n]) => key === pk && n === sequence) ?? -1;
    hold(index >= 0, "an event was announced on its page");
    hold(partnersOf(latest).includes(partnerId), "an event is for a partner of the refund");
    const told = unpackText(String(after.body));
    const body = JSON.parse(told);
    const { data } = body;
    const [mid, instMid, ...merOrderId] = refund.split("#");
    const isOfIt = data.mid === mid && data.instMid === instMid && data.merOrderId === merOrderId.join("#");
    hold(isOfIt && data.sequence === sequence, "an event says which refund it is of");
    const versions = invariants.since(refund, 0).filter(({ row }) => Number(row.version) >= sequence);
    hold(
      versions[0]?.row.state === data.state && body.type === `refund.${data.state}`,
      "an event tells a state that was stored",
    );
    const isAsStored = versions.some(({ row }) => row.state === data.state && isToldAs(row, data));
    hold(isAsStored, "an event tells what was stored");
    const timestamp = new Date(Number(after.at)).toISOString();
    hold(body.timestamp === timestamp, "an event says when the refund came to its state");
    const id = eventId(partnerId, refund, sequence);
    const event: KnownEvent = {
      id,
      refund,
      partnerId,
      sequence,
      page,
      index,
      body: told,
      at: Number(after.at),
      writtenAt: clock.now(),
    };
    const place = passed.get(partnerId);
    const isBehind = place !== undefined && (page < place.page || (page === place.page && index < place.index));
    hold(!isBehind || !isTheirs(event), "no event is written behind a reader");
    events.set(nameOf(refund, partnerId, sequence), event);
    ids.set(id, nameOf(refund, partnerId, sequence));
  }

  function checkDelivery(pk: string, sk: string, before: Row | undefined, after: Row, hold: Hold): void {
    const [, partnerId = "", digits = ""] = sk.split("#");
    const name = nameOf(pk.slice("REFUND#".length), partnerId, Number(digits));
    const event = events.get(name);
    hold(event !== undefined, "what is delivered is on record");
    const tries = Number(after.attempts);
    const failed = tries - Number(before?.attempts ?? 0);
    hold(failed === 0 || failed === 1, "a delivery counts its tries");
    hold(before === undefined || before.state === "due", "a delivery that has ended stays so");
    hold(
      (after.state === "delivered") === (after.dueShard === undefined),
      "a delivery is in the index until it is delivered",
    );
    hold(
      after.state !== "delivered" || (event !== undefined && delivered.has(event.id)),
      "what is written down as delivered was",
    );
    if (after.state === "due" && failed === 1) {
      const waitMs = retryWaitsMs[tries - 1] ?? 0;
      const plannedMs = Number(after.dueAt) - clock.now();
      const isInPlan =
        plannedMs <= Math.max(1.2 * waitMs, dayMs) + slackMs && plannedMs >= 0.8 * waitMs - 40_000 - slackMs;
      hold(isInPlan, "a delivery is tried again by the plan");
    }
    deliveries.set(name, after);
    if (after.state === "due") deliveriesDue.set(name, Number(after.dueAt));
    else deliveriesDue.delete(name);
  }

  function isTheirs({ partnerId, refund }: Pick<KnownEvent, "partnerId" | "refund">): boolean {
    return partnerOf(partnerId)?.mids.includes(refund.split("#")[0] ?? "") === true;
  }

  /** True if a partner had a merchant so lately that a process may not know of the loss. */
  function mayStillBeTheirs(event: KnownEvent): boolean {
    const partner = partnerOf(event.partnerId);
    const lost = partner?.lost;
    if (isTheirs(event) || partner === undefined || lost === undefined) return true;
    return clock.now() - lost.at < secretMs || hasFailedSince(partner, lost.at);
  }

  return {
    onWrite(changes: readonly Change[], writer: string): void {
      for (const { pk, sk, before, after } of changes) {
        const hold: Hold = (isTrue, rule) => {
          if (!isTrue)
            world.violate(rule, `${pk} ${sk} by ${writer}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`);
        };
        if (sk === "STATE") checkState(pk.slice("REFUND#".length), before, after, writer, hold);
        if (sk.startsWith("PAGE#"))
          checkPage(pk.slice("FEED#".length), Number(sk.slice("PAGE#".length)), before, after, hold);
        if (sk.startsWith("EVENT#")) checkEvent(pk, sk, before, after, hold);
        if (sk.startsWith("DELIVERY#")) checkDelivery(pk, sk, before, after, hold);
      }
    },

    onPost({ partner, id, timestampMs, body, isSigned, process }: Post): void {
      const event = events.get(ids.get(id) ?? "");
      const hold: Hold = (isTrue, rule) => {
        if (!isTrue) world.violate(rule, `${id} to ${partner.partnerId} by ${process.name}: ${body}`);
      };
      hold(event !== undefined, "what is posted is on record");
      if (event === undefined) return;
      hold(event.partnerId === partner.partnerId, "a webhook is posted to its own partner");
      hold(event.body === body, "a webhook has the body that is on record");
      hold(isSigned, "a webhook is signed with a secret of its partner");
      hold(
        Math.abs(timestampMs - clock.now()) < 2_000 + slackMs || process.wasFrozen(),
        "a webhook says when it was sent",
      );
      hold(mayStillBeTheirs(event) || process.wasFrozen(), "nothing is posted of a merchant that was lost");
    },
    onDelivered: ({ id }: Post) => void delivered.add(id),

    /** How far a partner's reader has come for good. */
    onPassed: (partnerId: string, page: number, index: number) => void passed.set(partnerId, { page, index }),
    mayStillBeTheirs,
    isTheirs,
    eventById: (id: string) => events.get(ids.get(id) ?? ""),
    events: (): Iterable<KnownEvent> => events.values(),
    pages: (partnerId: string) => pages.get(partnerId) ?? [],
    untold: (): ReadonlyMap<string, { readonly since: number }> => untold,
    isDelivered: (id: string) => delivered.has(id),
    deliveryOf: ({ refund, partnerId, sequence }: KnownEvent) => deliveries.get(nameOf(refund, partnerId, sequence)),
    toldAt: ({ refund, partnerId, sequence }: KnownEvent) => toldAt.get(nameOf(refund, partnerId, sequence)),

    /** When the schedule has something to do: what the stream has left untold, or a delivery that is due. */
    earliestDueAt(): number | undefined {
      let earliest = Number.POSITIVE_INFINITY;
      for (const { since } of untold.values()) earliest = Math.min(earliest, since + sweepGraceMs);
      for (const dueAt of deliveriesDue.values()) earliest = Math.min(earliest, dueAt);
      if (earliest < clock.now() - longestLagMs)
        world.violate("telling is never behind for half a day", new Date(earliest).toISOString());
      return earliest === Number.POSITIVE_INFINITY ? undefined : earliest;
    },
  };
}

export type TellRules = ReturnType<typeof createTellRules>;

function isToldAs(row: Row, data: { readonly checkedAt: unknown; readonly answer?: unknown }): boolean {
  const isShown = row.state !== "needs_review" || row.unanswered === undefined;
  const stored = row.answer === undefined || !isShown ? undefined : fromStored(JSON.parse(String(row.answer)).f);
  const checkedAt = row.checkedAt === undefined ? null : new Date(Number(row.checkedAt)).toISOString();
  const answer = stored && JSON.parse(JSON.stringify(stored));
  return data.checkedAt === checkedAt && isDeepStrictEqual(data.answer, answer);
}

/** By the page for partners, written anew: it follows from partner, refund and version. */
function eventId(partnerId: string, refund: string, sequence: number): string {
  const [mid, instMid, ...merOrderId] = refund.split("#");
  const key = JSON.stringify([partnerId, mid, instMid, merOrderId.join("#"), sequence]);
  return `evt_${createHash("sha256").update(key).digest("base64url").slice(0, 22)}`;
}

import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { unpackText } from "../../shared/aws/packed-text.ts";
import { fromStored } from "../../shared/chinaums/refund-query/stored-answer.ts";
import type { Invariants } from "./invariants.ts";
import type { Row } from "./observed-table.ts";
import { asSet } from "./refund-history.ts";
import type { Hold } from "./world.ts";

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

export type EventRulesDeps = {
  readonly now: () => number;
  readonly invariants: Invariants;
  /** The sequence that partners are still to be told of, of a refund. */
  readonly untoldSequence: (refund: string) => number | undefined;
  /** True if a refund's merchant is still its partner's. */
  readonly isTheirs: (event: Pick<KnownEvent, "partnerId" | "refund">) => boolean;
};

const maxEntries = 40;

/** The rules about pages and events, with all of both that were ever written. */
export function createEventRules({ now, invariants, untoldSequence, isTheirs }: EventRulesDeps) {
  const events = new Map<string, KnownEvent>();
  const ids = new Map<string, string>();
  const pages = new Map<string, { readonly at: number; readonly entries: readonly (readonly [string, number])[] }[]>();
  const passed = new Map<string, { readonly page: number; readonly index: number }>();

  return {
    checkPage(partnerId: string, number: number, before: Row | undefined, after: Row, hold: Hold): void {
      const own = pages.get(partnerId) ?? [];
      pages.set(partnerId, own);
      hold(before === undefined, "a page never changes");
      hold(number === own.length + 1, "pages have no gap");
      const entries = JSON.parse(String(after.entries)) as [string, number][];
      hold(entries.length >= 1 && entries.length <= maxEntries, "a page has some entries");
      for (const [pk] of entries) {
        const row = invariants.latest(pk.slice("REFUND#".length));
        hold(asSet(row?.partners).includes(partnerId), "a feed has nothing of another partner");
      }
      own[number - 1] = { at: Number(after.at), entries };
    },

    checkEvent(pk: string, sk: string, before: Row | undefined, after: Row, hold: Hold): void {
      const refund = pk.slice("REFUND#".length);
      const [, partnerId = "", digits = ""] = sk.split("#");
      const sequence = Number(digits);
      hold(before === undefined, "an event never changes");
      const page = Number(after.page);
      if (page === 0) {
        hold(untoldSequence(refund) !== sequence, "nothing is ruled out that is still to be told");
        return;
      }
      const entries = pages.get(partnerId)?.[page - 1]?.entries;
      const index = entries?.findIndex(([key, n]) => key === pk && n === sequence) ?? -1;
      hold(index >= 0, "an event was announced on its page");
      hold(asSet(invariants.latest(refund)?.partners).includes(partnerId), "an event is for a partner of the refund");
      const body = unpackText(String(after.body));
      const at = Number(after.at);
      checkBody(refund, sequence, at, JSON.parse(body), hold);
      const id = eventId(partnerId, refund, sequence);
      const event = { id, refund, partnerId, sequence, page, index, body, at, writtenAt: now() };
      const place = passed.get(partnerId);
      const isBehind = place !== undefined && (page < place.page || (page === place.page && index < place.index));
      hold(!isBehind || !isTheirs(event), "no event is written behind a reader");
      events.set(nameOf(refund, partnerId, sequence), event);
      ids.set(id, nameOf(refund, partnerId, sequence));
    },

    /** How far a partner's reader has come for good. */
    onPassed: (partnerId: string, page: number, index: number) => void passed.set(partnerId, { page, index }),
    event: (refund: string, partnerId: string, sequence: number) => events.get(nameOf(refund, partnerId, sequence)),
    eventById: (id: string) => events.get(ids.get(id) ?? ""),
    events: (): Iterable<KnownEvent> => events.values(),
    pages: (partnerId: string) => pages.get(partnerId) ?? [],
  };

  function checkBody(refund: string, sequence: number, at: number, body: Told, hold: Hold): void {
    const { data } = body;
    const [mid, instMid, ...merOrderId] = refund.split("#");
    const isOfIt = data.mid === mid && data.instMid === instMid && data.merOrderId === merOrderId.join("#");
    hold(isOfIt && data.sequence === sequence, "an event says which refund it is of");
    const versions = invariants.versions(refund).filter(({ row }) => Number(row.version) >= sequence);
    const isOfState = versions[0]?.row.state === data.state && body.type === `refund.${data.state}`;
    hold(isOfState, "an event tells a state that was stored");
    const isAsStored = versions.some(({ row }) => row.state === data.state && isToldAs(row, data));
    hold(isAsStored, "an event tells what was stored");
    hold(body.timestamp === new Date(at).toISOString(), "an event says when the refund came to its state");
  }
}

type Told = {
  readonly type: unknown;
  readonly timestamp: unknown;
  readonly data: Readonly<
    Record<"mid" | "instMid" | "merOrderId" | "tid" | "sequence" | "state" | "checkedAt" | "answer", unknown>
  >;
};

export function nameOf(refund: string, partnerId: string, sequence: number): string {
  return `${refund} ${partnerId} ${sequence}`;
}

function isToldAs(row: Row, data: Told["data"]): boolean {
  const isShown = row.state !== "needs_review" || row.unanswered === undefined;
  const stored = row.answer === undefined || !isShown ? undefined : fromStored(JSON.parse(String(row.answer)).f);
  const checkedAt = row.checkedAt === undefined ? null : new Date(Number(row.checkedAt)).toISOString();
  const answer = stored && JSON.parse(JSON.stringify(stored));
  const isOfTid = data.tid === (row.confirmedTid ?? row.tid);
  return isOfTid && data.checkedAt === checkedAt && isDeepStrictEqual(data.answer, answer);
}

/** By the page for partners, written anew: it follows from partner, refund and version. */
function eventId(partnerId: string, refund: string, sequence: number): string {
  const [mid, instMid, ...merOrderId] = refund.split("#");
  const key = JSON.stringify([partnerId, mid, instMid, merOrderId.join("#"), sequence]);
  return `evt_${createHash("sha256").update(key).digest("base64url").slice(0, 22)}`;
}

import type { Refund } from "../../shared/refund/refund.ts";
import { type EventStore, maxPageEntries, type StoredEvent } from "../../shared/telling/event-store.ts";
import { eventId, eventOf, type RefundEvent } from "../../shared/telling/refund-event.ts";

export type WriteEventsDeps = {
  readonly store: Pick<EventStore, "findEvents" | "appendPage" | "putEvent">;
  readonly now: () => number;
};

/** The events of each refund, or what went wrong with writing them. */
export type WrittenEvents = ReadonlyMap<Refund, Promise<readonly StoredEvent[]>>;

/** A refund that is untold for longer than this has most likely been told in part, in ms. */
const firstTimeMs = 15_000;

/**
 * Writes one event for each partner of each refund, once, however often it is called and whoever was killed before. An event
 * is first listed on a page of its partner's feed, and then put with the number of that page, unless it is there already.
 * So of several pages that list an event, the event itself names the one that counts.
 */
export function createWriteEvents({ store, now }: WriteEventsDeps) {
  /** The pages of a feed are added one after another, because two at once would want the same number. */
  const lastPages = new Map<string, Promise<unknown>>();

  return (refunds: readonly Refund[], giveUpAt: number): WrittenEvents => {
    const eventsOf = new Map(refunds.map((refund) => [refund, eventsFor(refund)]));
    const onRecord = findWritten(refunds, giveUpAt);
    const written = new Map<RefundEvent, Promise<StoredEvent>>();
    for (const [partnerId, events] of byPartner([...eventsOf.values()].flat())) {
      for (let from = 0; from < events.length; from += maxPageEntries) {
        const some = events.slice(from, from + maxPageEntries);
        const page = addPage(partnerId, some, onRecord);
        // Nobody waits for it where what is on record could not be read, and that is told by each event.
        page.catch(() => undefined);
        for (const event of some) written.set(event, put(event, onRecord, page));
      }
    }
    return new Map(
      [...eventsOf].map(([refund, events]) => [refund, Promise.all(events.map((event) => written.get(event)))]),
    ) as WrittenEvents;
  };

  /** What earlier tries have written, by the ids of the events. */
  async function findWritten(refunds: readonly Refund[], giveUpAt: number): Promise<ReadonlyMap<string, StoredEvent>> {
    const toldBefore = refunds.filter(({ untold }) => untold !== undefined && untold.since + firstTimeMs < now());
    const found = await store.findEvents(toldBefore.flatMap(eventsFor), giveUpAt);
    return new Map(found.map((event) => [eventId(event), event]));
  }

  async function addPage(
    partnerId: string,
    events: readonly RefundEvent[],
    onRecord: Promise<ReadonlyMap<string, StoredEvent>>,
  ): Promise<number> {
    const before = lastPages.get(partnerId);
    const adding = onRecord.then(async (known) => {
      await before?.catch(() => undefined);
      const missing = events.filter((event) => !known.has(eventId(event)));
      return missing.length === 0 ? 0 : await store.appendPage(partnerId, missing, now());
    });
    lastPages.set(partnerId, adding);
    try {
      return await adding;
    } finally {
      if (lastPages.get(partnerId) === adding) lastPages.delete(partnerId);
    }
  }

  async function put(
    event: RefundEvent,
    onRecord: Promise<ReadonlyMap<string, StoredEvent>>,
    page: Promise<number>,
  ): Promise<StoredEvent> {
    const known = (await onRecord).get(eventId(event));
    return known ?? (await store.putEvent({ ...event, page: await page }));
  }
}

function eventsFor(refund: Refund): readonly RefundEvent[] {
  const { mid, instMid, merOrderId } = refund;
  const event = eventOf(refund);
  if (event === undefined) return [];
  return refund.partners.map((partnerId) => ({ refund: { mid, instMid, merOrderId }, partnerId, ...event }));
}

function byPartner(events: readonly RefundEvent[]): Map<string, RefundEvent[]> {
  const all = new Map<string, RefundEvent[]>();
  for (const event of events) {
    const own = all.get(event.partnerId);
    if (own === undefined) all.set(event.partnerId, [event]);
    else own.push(event);
  }
  return all;
}

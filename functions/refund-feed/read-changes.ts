import type { StoredEvent } from "../../shared/telling/event-store.ts";
import type { FeedPage, FeedStore } from "../../shared/telling/feed-store.ts";
import { findPage } from "../../shared/telling/find-page.ts";
import type { EventKey } from "../../shared/telling/refund-event.ts";
import type { ChangesRequest } from "./changes-request.ts";
import type { Place } from "./cursor.ts";

/** So long events are kept. What an older page lists is gone. */
const keptMs = 90 * 86_400_000;
/** Pages that are read at once. */
const pagesAtOnce = 4;
/** What must be left for reading on, in ms. */
const oneRoundMs = 5_000;

/** Whose feed is read, and of which merchants it may see the events now. */
export type Reader = { readonly partnerId: string; readonly mids: readonly string[] };

export type Changes = { readonly events: readonly StoredEvent[]; readonly place: Place };

/** An entry of a page, and where a reader is that has had it. */
type Listed = EventKey & { readonly page: number; readonly after: Place };

export type ReadChangesDeps = { readonly store: FeedStore; readonly now: () => number };

/**
 * Reads a partner's feed from a place on. A page says which events follow, and is there before any of them. So an event that
 * is listed and not there yet holds the reader up for as long as somebody is still to write it.
 * @throws {UnavailableError} when the record is out of reach
 */
export function createReadChanges({ store, now }: ReadChangesDeps) {
  return async (reader: Reader, { cursor, since, limit }: ChangesRequest, endsAt: number): Promise<Changes> => {
    const oldest = now() - keptMs;
    const events: StoredEvent[] = [];
    const start = async () => await findPage(store, reader.partnerId, Math.max(since ?? 0, oldest));
    let place = cursor ?? { page: await start(), index: 0 };
    while (events.length < limit && now() + oneRoundMs < endsAt) {
      const pages = await store.readPages(reader.partnerId, place.page, pagesAtOnce);
      const listed = listedFrom(pages, place, reader.partnerId);
      const some = listed.slice(0, limit - events.length);
      if (some.length === 0) break;
      const wanted = some.filter(({ refund }) => reader.mids.includes(refund.mid));
      const tooOld = new Set(pages.filter(({ at }) => at < oldest).map(({ number }) => number));
      const found = await findListed(
        wanted.filter(({ page }) => !tooOld.has(page)),
        endsAt,
      );
      for (const entry of some) {
        const event = found.get(entry);
        if (event === "not yet") return { events, place };
        if (event?.page === entry.page) events.push(event);
        place = entry.after;
      }
    }
    return { events, place };
  };

  /** What has become of entries: the event, `not yet` where somebody is still to write it, and nothing where nobody is. */
  async function findListed(
    wanted: readonly Listed[],
    giveUpAt: number,
  ): Promise<Map<Listed, StoredEvent | "not yet" | undefined>> {
    // An event is listed twice where its first writer was killed; a batch must not name it twice.
    const keys = new Map(wanted.map((entry) => [nameOf(entry), entry]));
    const stored = new Map(
      (await store.findEvents([...keys.values()], giveUpAt)).map((event) => [nameOf(event), event]),
    );
    const missing = wanted.filter((entry) => !stored.has(nameOf(entry)));
    const refunds = new Map(missing.map(({ refund }) => [refundName(refund), refund]));
    const asOfNow = await store.readRefunds([...refunds.values()], giveUpAt);
    const untold = new Map(asOfNow.map((refund) => [refundName(refund), refund.untold?.sequence]));
    const found = new Map<Listed, StoredEvent | "not yet" | undefined>();
    for (const entry of wanted) {
      const name = refundName(entry.refund);
      const event = stored.get(nameOf(entry));
      // A refund that this version cannot read may still be told by a newer one.
      const mayCome = !untold.has(name) || untold.get(name) === entry.sequence;
      if (event === undefined && mayCome) found.set(entry, "not yet");
      else found.set(entry, event ?? (await store.ruleOut(entry)));
    }
    return found;
  }
}

/** What pages list from a place on, in order. */
function listedFrom(pages: readonly FeedPage[], place: Place, partnerId: string): Listed[] {
  return pages.flatMap(({ number, entries }) => {
    const skipped = number === place.page ? place.index : 0;
    return entries.slice(skipped).map(({ refund, sequence }, i): Listed => {
      const index = skipped + i + 1;
      const after = index === entries.length ? { page: number + 1, index: 0 } : { page: number, index };
      return { refund, sequence, partnerId, page: number, after };
    });
  });
}

function nameOf({ refund, sequence }: EventKey): string {
  return `${refundName(refund)}#${sequence}`;
}

function refundName({ mid, instMid, merOrderId }: EventKey["refund"]): string {
  return `${mid}#${instMid}#${merOrderId}`;
}

import type { FeedEntry } from "../shared/telling/event-store.ts";
import type { FeedPage, FeedStore } from "../shared/telling/feed-store.ts";
import { clockSkewMs, findPage } from "../shared/telling/find-page.ts";

/** Pages that are read at once. */
const pagesAtOnce = 25;

/** From `since` on and before `until`, both in epoch ms. */
export type TimeRange = { readonly since: number; readonly until: number; readonly order: "oldest" | "newest" };

/** What a page of a partner's feed lists, and when it was listed, in epoch ms. */
export type ListedEntry = { readonly at: number; readonly refund: FeedEntry["refund"] };

type Pages = Pick<FeedStore, "lastPage" | "readPages">;

/** What one partner's feed lists in a time range, in the order asked for. Pages outside the range are not read. */
export async function* listedBy(store: Pages, partnerId: string, range: TimeRange): AsyncGenerator<ListedEntry> {
  const pages = range.order === "oldest" ? forward(store, partnerId, range) : backward(store, partnerId, range);
  for await (const { at, entries } of pages) {
    if (at < range.since || at >= range.until) continue;
    const listed = entries.map(({ refund }) => ({ at, refund }));
    yield* range.order === "oldest" ? listed : listed.toReversed();
  }
}

async function* forward(store: Pages, partnerId: string, { since, until }: TimeRange): AsyncGenerator<FeedPage> {
  for (let from = await findPage(store, partnerId, since); ; ) {
    const pages = await store.readPages(partnerId, from, pagesAtOnce);
    yield* pages;
    const last = pages.at(-1);
    if (last === undefined || last.at >= until + clockSkewMs) return;
    from = last.number + 1;
  }
}

async function* backward(store: Pages, partnerId: string, { since, until }: TimeRange): AsyncGenerator<FeedPage> {
  // A page of the range may stand behind one that is up to a skew after it, and the search goes back a skew itself.
  const behind = Number.isFinite(until) ? await findPage(store, partnerId, until + 2 * clockSkewMs) : undefined;
  for (let to = behind ?? (await store.lastPage(partnerId)); to > 0; to -= pagesAtOnce) {
    const from = Math.max(1, to - pagesAtOnce + 1);
    const pages = await store.readPages(partnerId, from, to - from + 1);
    yield* pages.toReversed();
    const [oldest] = pages;
    if (oldest !== undefined && oldest.at < since - clockSkewMs) return;
  }
}

import type { FeedEntry } from "../shared/telling/event-store.ts";
import type { FeedPage, FeedStore } from "../shared/telling/feed-store.ts";
import { clockSkewMs, findPage } from "../shared/telling/find-page.ts";

/** Pages that are read at once. */
const pagesAtOnce = 25;

/** From `since` on and before `until`, both in epoch ms. */
export type TimeRange = { readonly since: number; readonly until: number; readonly order: "oldest" | "newest" };

/**
 * What a page of a partner's feed lists, and when it was listed, in epoch ms. Tellers may number two pages against their clocks.
 * Such pages count as listed at one instant, so that instants go one way and a reader can go on behind any of them.
 */
export type ListedEntry = { readonly at: number; readonly refund: FeedEntry["refund"] };

type Pages = Pick<FeedStore, "lastPage" | "readPages">;

/** What one partner's feed lists in a time range, in the order asked for. Pages outside the range are not read. */
export async function* listedBy(store: Pages, partnerId: string, range: TimeRange): AsyncGenerator<ListedEntry> {
  const { since, until, order } = range;
  const isForward = order === "oldest";
  let at = isForward ? 0 : Number.POSITIVE_INFINITY;
  for await (const page of isForward ? forward(store, partnerId, range) : backward(store, partnerId, range)) {
    at = isForward ? Math.max(at, page.at) : Math.min(at, page.at);
    // The near end is where a reader goes on; the far one is a page's own time.
    if (isForward ? at < since || page.at >= until : page.at < since || at >= until) continue;
    const listed = page.entries.map(({ refund }) => ({ at, refund }));
    yield* isForward ? listed : listed.toReversed();
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

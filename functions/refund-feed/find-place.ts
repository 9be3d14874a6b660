import type { FeedStore } from "../../shared/telling/feed-store.ts";
import type { Place } from "./cursor.ts";

/** Clocks of instances differ by less. A reader would rather see an event twice than miss it. */
const clockSkewMs = 60_000;

/** Where the events that were written since an instant (epoch ms) begin, or shortly before. Pages are searched by halves. */
export async function findPlace(
  store: Pick<FeedStore, "lastPage" | "readPages">,
  partnerId: string,
  since: number,
): Promise<Place> {
  let before = 0;
  let from = (await store.lastPage(partnerId)) + 1;
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    const [page] = await store.readPages(partnerId, middle, 1);
    if (page !== undefined && page.at < since - clockSkewMs) before = middle;
    else from = middle;
  }
  return { page: from, index: 0 };
}

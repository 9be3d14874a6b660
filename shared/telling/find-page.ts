import type { FeedStore } from "./feed-store.ts";

/** Clocks of instances differ by less, so pages stand in the order of their instants but for so much. */
export const clockSkewMs = 60_000;

/** The number of the page where what was listed since an instant (epoch ms) begins, or shortly before. Pages are searched by halves. */
export async function findPage(
  store: Pick<FeedStore, "lastPage" | "readPages">,
  partnerId: string,
  since: number,
): Promise<number> {
  let before = 0;
  let from = (await store.lastPage(partnerId)) + 1;
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    const [page] = await store.readPages(partnerId, middle, 1);
    // A reader would rather see an event twice than miss it.
    if (page !== undefined && page.at < since - clockSkewMs) before = middle;
    else from = middle;
  }
  return from;
}

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createBatchedReads, maxBatch } from "../shared/aws/batched-reads.ts";
import { createFeedPages } from "../shared/aws/feed-pages.ts";
import { refundKey, refundPk } from "../shared/aws/keys.ts";
import type { RefundIdentity } from "../shared/refund/refund.ts";
import { type ListedEntry, listedBy, type TimeRange } from "./listed-entries.ts";
import { type RecordedRefund, readRecordedRefund } from "./recorded-refund.ts";

const giveUpAfterMs = 60_000;

/** A refund as it is now, and when the feed that is read first for it listed it, in epoch ms. */
export type SettledRefund = { readonly at: number; readonly recorded: RecordedRefund };

export type SettledRefundsDeps = {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
};

/**
 * Reads the refunds that became succeeded, failed or needs_review in a time range, by the feeds of the partners that were told.
 * It reads what the range holds and no more: pages are found by halves, and each refund by its key, once.
 */
export function createSettledRefunds(deps: SettledRefundsDeps) {
  const { client, table, now } = deps;
  const send = client.send.bind(client) as DynamoDBClient["send"];
  const store = createFeedPages({ send, table });
  const readItems = createBatchedReads({ ...deps, send });

  async function readBatch(listed: ReadonlyMap<string, Listing>): Promise<SettledRefund[]> {
    const items = await readItems(
      [...listed.values()].map(({ refund }) => refundKey(refund)),
      now() + giveUpAfterMs,
    );
    const found = new Map(items.map((item) => [item.pk?.S, readRecordedRefund(item)]));
    return [...listed].flatMap(([pk, { at }]) => {
      const recorded = found.get(pk);
      return recorded === undefined ? [] : [{ at, recorded }];
    });
  }

  /**
   * Batches of at most 100 refunds, in the order in which they were listed. A refund that is listed several times, by several
   * partners or in several states, comes once. Only the keys of the range are kept in memory.
   * @throws {UnavailableError} when the table leaves refunds unread for a minute, or holds a page that cannot be read
   */
  return async function* settledRefunds(
    partnerIds: readonly string[],
    range: TimeRange,
  ): AsyncGenerator<readonly SettledRefund[]> {
    const seen = new Set<string>();
    let batch = new Map<string, Listing>();
    const feeds = partnerIds.map((partnerId) => listedBy(store, partnerId, range));
    for await (const { at, refund } of merged(feeds, range.order)) {
      const pk = refundPk(refund);
      if (seen.has(pk)) continue;
      seen.add(pk);
      batch.set(pk, { at, refund });
      if (batch.size < maxBatch) continue;
      yield await readBatch(batch);
      batch = new Map();
    }
    if (batch.size > 0) yield await readBatch(batch);
  };
}

type Listing = { readonly at: number; readonly refund: RefundIdentity };

/** The entries of several feeds as one, by their time. */
async function* merged(
  feeds: readonly AsyncGenerator<ListedEntry>[],
  order: TimeRange["order"],
): AsyncGenerator<ListedEntry> {
  const sign = order === "oldest" ? 1 : -1;
  const first = await Promise.all(feeds.map(async (feed) => ({ feed, head: (await feed.next()).value })));
  let heads = first.filter(({ head }) => head !== undefined);
  while (heads.length > 0) {
    const next = heads.reduce((a, b) => (sign * (b.head.at - a.head.at) < 0 ? b : a));
    yield next.head;
    next.head = (await next.feed.next()).value;
    if (next.head === undefined) heads = heads.filter((one) => one !== next);
  }
}

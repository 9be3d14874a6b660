import * as z from "zod/mini";
import { keyPrefixes } from "../names.ts";
import { UnavailableError } from "../refund/unavailable.ts";
import type { FeedEntry } from "../telling/event-store.ts";
import type { FeedPage } from "../telling/feed-store.ts";
import { fromItem, type Item, toItem } from "./attributes.ts";
import { refundOfPk, refundPk } from "./keys.ts";
import { instant, jsonText } from "./stored-forms.ts";

const skPrefix = "PAGE#";

export function feedPk(partnerId: string): string {
  return keyPrefixes.feed + partnerId;
}

/** Ten digits, so that pages sort by number. */
export function pageSk(number: number): string {
  return skPrefix + String(number).padStart(10, "0");
}

/** Each entry is the refund's partition key and the sequence, as a pair. Pages are kept for good, so that a cursor is too. */
export function feedPageItem(partnerId: string, { number, at, entries }: FeedPage): Item {
  return toItem({
    pk: feedPk(partnerId),
    sk: pageSk(number),
    at,
    entries: JSON.stringify(entries.map(({ refund, sequence }) => [refundPk(refund), sequence])),
  });
}

const entryForm = z.pipe(
  z.tuple([z.string(), z.number()]),
  z.transform(([pk, sequence]): FeedEntry | undefined => {
    const refund = refundOfPk(pk);
    return refund && { refund, sequence };
  }),
);

const feedPageSchema = z.object({
  sk: z.string(),
  at: instant,
  entries: z.pipe(
    jsonText,
    z.array(
      z.pipe(
        entryForm,
        z.custom<FeedEntry>((entry) => entry !== undefined),
      ),
    ),
  ),
});

/** @throws {UnavailableError} RECORD_UNREADABLE when the item is no page of a feed as this version knows one */
export function readFeedPageItem(item: Item): FeedPage {
  const parsed = feedPageSchema.safeParse(fromItem(item));
  if (!parsed.success) throw new UnavailableError("RECORD_UNREADABLE", { cause: parsed.error });
  const { sk, at, entries } = parsed.data;
  return { number: Number(sk.slice(skPrefix.length)), at, entries };
}

import { beforeEach, describe, expect, test } from "vitest";
import { createDynamoEventStore } from "../../shared/aws/dynamo-event-store.ts";
import { createDynamoFeedStore } from "../../shared/aws/dynamo-feed-store.ts";
import { noPage } from "../../shared/telling/event-store.ts";
import type { FeedStore } from "../../shared/telling/feed-store.ts";
import { newIdentity, start } from "../support/refunds.ts";
import { loseNextAnswer, newTable, storeOptions } from "../support/tables.ts";
import { eventKeyOf, untoldRefund } from "../support/told-refunds.ts";

const never = Number.POSITIVE_INFINITY;
let place: Awaited<ReturnType<typeof newTable>>;
let feed: FeedStore;
beforeEach(async () => {
  place = await newTable();
  feed = createDynamoFeedStore({ ...storeOptions(place), now: () => start });
});
const writer = () => createDynamoEventStore(storeOptions(place));

test("pages are read from a number on, in order, and no more than wanted", async () => {
  const store = writer();
  const entries = Array.from({ length: 40 }, (_, i) => ({ refund: newIdentity(), sequence: i + 1 }));
  for (let i = 0; i < 12; i++) await store.appendPage("north-shop", entries, start + i);
  const numbers = async (from: number, limit: number) =>
    (await feed.readPages("north-shop", from, limit)).map(({ number }) => number);
  expect(await numbers(9, 2)).toEqual([9, 10]);
  expect(await numbers(11, 9)).toEqual([11, 12]);
  expect(await numbers(13, 9)).toEqual([]);
  expect((await feed.readPages("north-shop", 10, 1))[0]?.entries).toEqual(entries);
});

describe("an event that was ruled out", () => {
  const key = () => eventKeyOf(untoldRefund());

  test("is not written by anybody afterwards", async () => {
    const event = { ...key(), page: 4, body: "{}", at: start };
    expect(await feed.ruleOut(event)).toBeUndefined();
    expect((await writer().putEvent(event)).page).toBe(noPage);
    expect(await feed.findEvents([event], never)).toMatchObject([{ page: noPage }]);
  });

  test("can be ruled out by several readers, and by one whose answer was lost", async () => {
    const one = key();
    loseNextAnswer(place.client, "PutItem");
    expect(await feed.ruleOut(one)).toBeUndefined();
    expect(await feed.ruleOut(one)).toBeUndefined();
  });

  test("is shown all the same if it has been written just before", async () => {
    const event = { ...key(), page: 4, body: "{}", at: start };
    await writer().putEvent(event);
    expect(await feed.ruleOut(event)).toEqual(event);
  });
});

import { beforeEach, describe, expect, test } from "vitest";
import type { Place } from "../../../functions/refund-feed/cursor.ts";
import { createReadChanges } from "../../../functions/refund-feed/read-changes.ts";
import { createWriteEvents } from "../../../functions/refund-tell/write-events.ts";
import { createDynamoEventStore } from "../../../shared/aws/dynamo-event-store.ts";
import { createDynamoFeedStore } from "../../../shared/aws/dynamo-feed-store.ts";
import type { Refund } from "../../../shared/refund/refund.ts";
import { noPage } from "../../../shared/telling/event-store.ts";
import { refundItem } from "../../support/refund-items.ts";
import { dayMs, hourMs, minuteMs, start } from "../../support/refunds.ts";
import { newTable, putItem, recordOperations, storeOn, storeOptions } from "../../support/tables.ts";
import { eventKeyOf, untoldRefund } from "../../support/told-refunds.ts";

const never = Number.POSITIVE_INFINITY;
const mid = "898310148160568";
let place: Awaited<ReturnType<typeof newTable>>;
let clock: number;
beforeEach(async () => {
  place = await newTable();
  clock = start;
});
const now = () => clock;
const events = () => createDynamoEventStore({ ...storeOptions(place), now });

type Asked = { cursor?: Place; since?: number; limit?: number; mids?: readonly string[]; partnerId?: string };
async function read({ cursor, since, limit = 100, mids = [mid], partnerId = "north-shop" }: Asked = {}) {
  const readChanges = createReadChanges({ store: createDynamoFeedStore({ ...storeOptions(place), now }), now });
  return await readChanges({ partnerId, mids }, { cursor, since, limit }, never);
}
const numbersOf = (read: { events: readonly { refund: { merOrderId: string } }[] }) =>
  read.events.map(({ refund }) => refund.merOrderId);

async function onRecord(overrides: Partial<Refund> = {}): Promise<Refund> {
  const refund = untoldRefund(overrides);
  await putItem(place, refundItem(refund));
  return refund;
}
/** Tells some refunds on pages of their own, to the end. */
async function tell(count: number, overrides: Partial<Refund> = {}): Promise<string[]> {
  const refunds = await Promise.all(Array.from({ length: count }, () => onRecord(overrides)));
  const store = events();
  await Promise.all(createWriteEvents({ store, now })(refunds, never).values());
  for (const refund of refunds) await store.markTold(refund);
  return refunds.map(({ merOrderId }) => merOrderId);
}

describe("a feed", () => {
  test("without events is empty, and its cursor finds what comes later", async () => {
    const before = await read();
    expect(before.events).toEqual([]);
    const told = await tell(1);
    expect(numbersOf(await read({ cursor: before.place }))).toEqual(told);
  });

  test("is read to its end by limits of any size, each event once and in order", async () => {
    const told = [...(await tell(45)), ...(await tell(1)), ...(await tell(7))];
    for (const limit of [1, 3, 40, 41, 100]) {
      const seen: string[] = [];
      let cursor: Place | undefined;
      for (let some = await read({ limit }); some.events.length > 0; some = await read({ limit, cursor })) {
        expect(some.events.length).toBeLessThanOrEqual(limit);
        seen.push(...numbersOf(some));
        cursor = some.place;
      }
      expect(seen).toEqual(told);
    }
  });

  test("holds what a partner is told, and nothing of another one", async () => {
    const both = await tell(1, { partners: ["north-shop", "south-shop"] });
    const south = await tell(1, { partners: ["south-shop"] });
    expect(numbersOf(await read())).toEqual(both);
    expect(numbersOf(await read({ partnerId: "south-shop" }))).toEqual([...both, ...south]);
    expect(numbersOf(await read({ partnerId: "nobody" }))).toEqual([]);
  });

  test("shows the events of the merchants that the partner has now, and passes the others", async () => {
    await tell(3, { mid: "898310148160569" });
    const own = await tell(1);
    const { events, place: after } = await read();
    expect(events.map(({ refund }) => refund.merOrderId)).toEqual(own);
    expect((await read({ cursor: after })).events).toEqual([]);
    expect((await read({ mids: [] })).events).toEqual([]);
    expect(numbersOf(await read({ mids: [mid, "898310148160569"] }))).toHaveLength(4);
  });

  test("begins where the events of an instant begin, or a little earlier", async () => {
    const days: string[][] = [];
    for (let day = 0; day < 7; day++) {
      clock = start + day * dayMs;
      days.push(await tell(2));
    }
    expect(numbersOf(await read({ since: start + 3 * dayMs }))).toEqual(days.slice(3).flat());
    expect(numbersOf(await read({ since: start + 3 * dayMs + minuteMs }))).toEqual(days.slice(3).flat());
    expect(numbersOf(await read({ since: start + 3 * dayMs + hourMs }))).toEqual(days.slice(4).flat());
    expect(numbersOf(await read({ since: start + 9 * dayMs }))).toEqual([]);
    expect(numbersOf(await read({ since: 0 }))).toEqual(days.flat());
  });

  test("forgets what is older than 90 days, and a cursor of before goes on behind it", async () => {
    const { place: first } = await read();
    await tell(2);
    clock = start + 89 * dayMs;
    const later = await tell(1);
    clock = start + 91 * dayMs;
    const operations = recordOperations(place.client);
    expect(numbersOf(await read({ cursor: first }))).toEqual(later);
    expect(operations.filter((name) => name === "PutItem")).toEqual([]);
    expect(numbersOf(await read())).toEqual(later);
  });

  test("is read only as long as there is time for another round, and goes on from there later", async () => {
    const told = await tell(1);
    const readChanges = createReadChanges({ store: createDynamoFeedStore({ ...storeOptions(place), now }), now });
    const readUntil = async (endsAt: number) =>
      await readChanges({ partnerId: "north-shop", mids: [mid] }, { cursor: undefined, since: 0, limit: 9 }, endsAt);
    expect(await readUntil(start + 5_000)).toEqual({ events: [], place: { page: 1, index: 0 } });
    expect(numbersOf(await readUntil(start + 5_001))).toEqual(told);
  });

  test("is empty for a cursor that is ahead of it, and is so for as long", async () => {
    await tell(1);
    const cursor = { page: 2_000_000_000, index: 999 };
    expect(await read({ cursor })).toEqual({ events: [], place: cursor });
  });
});

describe("an event that is listed and not there", () => {
  /** A writer that gets as far as the page and not to the event. */
  async function announce(refund: Refund): Promise<number> {
    return await events().appendPage("north-shop", [eventKeyOf(refund)], now());
  }

  test("holds the reader up for as long as its refund is untold", async () => {
    const refund = await onRecord();
    const page = await announce(refund);
    await tell(1);
    const held = await read();
    expect(held).toEqual({ events: [], place: { page: 1, index: 0 } });
    await events().putEvent({ ...eventKeyOf(refund), page, body: "{}", at: start });
    expect(numbersOf(await read({ cursor: held.place }))).toHaveLength(2);
  });

  test("does not hold up what stands before it", async () => {
    const told = await tell(2);
    await announce(await onRecord());
    const { events: some, place: after } = await read();
    expect(some.map(({ refund }) => refund.merOrderId)).toEqual(told);
    expect(after).toEqual({ page: 2, index: 0 });
  });

  test("holds the reader up where this version cannot read the refund, because a newer one may tell it", async () => {
    const refund = untoldRefund();
    await putItem(place, { ...refundItem(refund), version: { S: "many" } });
    await announce(refund);
    expect(await read()).toEqual({ events: [], place: { page: 1, index: 0 } });
  });

  test("is passed and ruled out when the refund has come to another state, and a frozen writer finds that", async () => {
    const before = await onRecord({ state: "needs_review" });
    const page = await announce(before);
    const after = {
      ...before,
      version: 3,
      state: "succeeded",
      untold: { sequence: 3, since: start, overtaken: [] },
    } as const;
    await storeOn(place).settle({ before, after });
    const { events: some, place: passed } = await read();
    expect([some, passed]).toEqual([[], { page: 2, index: 0 }]);
    const late = await events().putEvent({ ...eventKeyOf(before), page, body: "{}", at: start });
    expect(late.page).toBe(noPage);
    expect((await read()).events).toEqual([]);
  });

  test("is passed without a trace where the event stands on another page", async () => {
    const refund = await onRecord();
    await announce(refund);
    const page = await announce(refund);
    await events().putEvent({ ...eventKeyOf(refund), page, body: "{}", at: start });
    const { events: some } = await read({ limit: 1 });
    expect(some).toMatchObject([{ page: 2 }]);
    expect((await read()).events).toHaveLength(1);
  });
});

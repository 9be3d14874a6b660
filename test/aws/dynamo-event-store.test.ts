import { beforeEach, describe, expect, test } from "vitest";
import { createDynamoEventStore } from "../../shared/aws/dynamo-event-store.ts";
import { createDynamoFeedStore } from "../../shared/aws/dynamo-feed-store.ts";
import { shardsOf } from "../../shared/aws/keys.ts";
import { readRefundItem } from "../../shared/aws/refund-item.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import type { EventStore, StoredEvent } from "../../shared/telling/event-store.ts";
import { refundItem, testLayout } from "../support/refund-items.ts";
import { claimOf, dayMs, newIdentity, start } from "../support/refunds.ts";
import {
  conflict,
  failOnce,
  loseNextAnswer,
  newTable,
  putItem,
  recordOperations,
  storeOn,
  storeOptions,
} from "../support/tables.ts";
import { eventKeyOf, untoldRefund } from "../support/told-refunds.ts";

const never = Number.POSITIVE_INFINITY;
let place: Awaited<ReturnType<typeof newTable>>;
let store: EventStore;
beforeEach(async () => {
  place = await newTable();
  store = createDynamoEventStore(storeOptions(place));
});

async function onRecord(overrides: Partial<Refund> = {}): Promise<Refund> {
  const refund = untoldRefund(overrides);
  await putItem(place, refundItem(refund));
  return refund;
}
async function untoldAt(until: number) {
  const pages = await Promise.all(shardsOf("tell").map((shard) => store.readUntold(shard, until, undefined, never)));
  return { refunds: pages.flatMap((page) => page.refunds), unreadable: pages.flatMap((page) => page.unreadable) };
}

describe("refunds to be told", () => {
  test("are found by the instant since when they are untold, and beside them no other refund", async () => {
    const early = await onRecord();
    await onRecord({ untold: { sequence: 2, since: start + 10, overtaken: [] } });
    await onRecord({ untold: undefined, dueAt: start });
    expect((await untoldAt(start + 9)).refunds).toEqual([early]);
    expect((await untoldAt(start + 10)).refunds).toHaveLength(2);
  });

  test("are not found by those who check", async () => {
    const { untold } = await onRecord({ state: "needs_review", dueAt: start });
    expect(untold).toBeDefined();
    const oldest = await Promise.all(shardsOf("check").map((shard) => store.oldestDueAt(shard, start + dayMs)));
    expect(oldest.filter((at) => at !== undefined)).toEqual([]);
  });

  test("do not hide behind a record that cannot be read", async () => {
    const refund = await onRecord();
    const broken = untoldRefund();
    await putItem(place, { ...refundItem(broken), version: { S: "many" } });
    expect(await untoldAt(start)).toEqual({
      refunds: [refund],
      unreadable: [`REFUND#${broken.mid}#${broken.instMid}#${broken.merOrderId}`],
    });
  });

  test("come in pages, longest untold first within each", async () => {
    const instants = Array.from({ length: 130 }, (_, i) => start - i);
    const stored = { ...storeOptions(place), shards: 1 };
    await Promise.all(
      instants.map((since) =>
        putItem(place, refundItem(untoldRefund({ untold: { sequence: 2, since, overtaken: [] } }), stored)),
      ),
    );
    const first = await store.readUntold("t0", start, undefined, never);
    const second = await store.readUntold("t0", start, first.next, never);
    const found = [...first.refunds, ...second.refunds].map(({ untold }) => untold?.since);
    expect(first.refunds).toHaveLength(100);
    expect(found).toEqual(instants.toReversed());
    expect(second.next).toBeUndefined();
  });
});

describe("a page", () => {
  const entries = [{ refund: newIdentity(), sequence: 2 }];
  const feed = () => createDynamoFeedStore(storeOptions(place));

  test("leaves no gap where the table is busy just then", async () => {
    expect(await store.appendPage("north-shop", entries, start)).toBe(1);
    failOnce(place.client, conflict);
    expect(await store.appendPage("north-shop", entries, start)).toBe(2);
  });

  test("is numbered from 1 on without a gap, whoever adds it", async () => {
    const stores = Array.from({ length: 3 }, () => createDynamoEventStore(storeOptions(place)));
    const added = Array.from({ length: 21 }, (_, i) => stores[i % 3]?.appendPage("north-shop", entries, start));
    const numbers = await Promise.all(added);
    expect(numbers.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
    const pages = await feed().readPages("north-shop", 1, 100);
    expect(pages.map(({ number }) => number)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
    expect(await feed().lastPage("north-shop")).toBe(21);
  });

  test("costs one write where the instance has added the one before", async () => {
    await store.appendPage("north-shop", entries, start);
    const operations = recordOperations(place.client);
    expect(await store.appendPage("north-shop", entries, start)).toBe(2);
    expect(operations).toEqual(["PutItem"]);
  });

  test("belongs to one partner", async () => {
    await store.appendPage("north-shop", entries, start);
    expect(await store.appendPage("south-shop", entries, start + 5)).toBe(1);
    expect(await feed().readPages("south-shop", 1, 10)).toEqual([{ number: 1, at: start + 5, entries }]);
    expect(await feed().lastPage("nobody")).toBe(0);
  });

  test("is never written over, also by an instance that has been left far behind", async () => {
    const late = createDynamoEventStore(storeOptions(place));
    await late.appendPage("north-shop", entries, start);
    for (let i = 0; i < 9; i++) await store.appendPage("north-shop", entries, start + 1 + i);
    expect(await late.appendPage("north-shop", entries, start + dayMs)).toBe(11);
    const pages = await feed().readPages("north-shop", 1, 100);
    expect(pages.map(({ at }) => at - start)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, dayMs]);
  });

  test("is added once more where the answer was lost, because a page too many does no harm", async () => {
    loseNextAnswer(place.client, "PutItem");
    expect(await store.appendPage("north-shop", entries, start)).toBe(2);
    expect(await feed().lastPage("north-shop")).toBe(2);
  });

  test("does not take more entries than fit", async () => {
    const many = Array.from({ length: 41 }, () => ({ refund: newIdentity(), sequence: 2 }));
    await expect(store.appendPage("north-shop", many, start)).rejects.toThrow("at most 40 entries");
    expect(await store.appendPage("north-shop", many.slice(1), start)).toBe(1);
  });
});

describe("an event", () => {
  const eventOf = (page: number, body = "{}"): StoredEvent => ({
    ...eventKeyOf(untoldRefund()),
    page,
    body,
    at: start,
  });

  test("is what was put first, for whoever puts it later", async () => {
    const first = eventOf(7, '{"first":true}');
    expect(await store.putEvent(first)).toEqual(first);
    expect(await store.putEvent({ ...first, page: 8, body: "{}" })).toEqual(first);
    expect(await store.findEvents([first], never)).toEqual([first]);
  });

  test("is its own where the answer of the put was lost", async () => {
    const event = eventOf(3);
    loseNextAnswer(place.client, "PutItem");
    expect(await store.putEvent(event)).toEqual(event);
  });

  test("is not found before it is put", async () => {
    const event = eventOf(1);
    expect(await store.findEvents([event, eventOf(2)], never)).toEqual([]);
  });
});

describe("a refund that has been told", () => {
  const readBack = async (refund: Refund) => (await store.readRefunds([refund], never))[0];

  test("leaves the index, by one write", async () => {
    const refund = await onRecord();
    const operations = recordOperations(place.client);
    expect(await store.markTold(refund)).toBe(true);
    expect(operations).toEqual(["UpdateItem"]);
    expect(await readBack(refund)).toEqual({ ...refund, version: 3, untold: undefined });
    expect((await untoldAt(start + dayMs)).refunds).toEqual([]);
  });

  test("is due to be checked again if it was before", async () => {
    const refund = await onRecord({ state: "needs_review", dueAt: start + dayMs });
    await store.markTold(refund);
    const oldest = await Promise.all(shardsOf("check").map((shard) => store.oldestDueAt(shard, start + dayMs)));
    expect(oldest.filter((at) => at !== undefined)).toEqual([start + dayMs]);
  });

  test("stays untold if it has changed meanwhile, such as by one more partner", async () => {
    const refund = await onRecord({ state: "needs_review", dueAt: start + dayMs });
    const claim = claimOf(refund, { partnerId: "south-shop", now: start + 60_000 });
    expect((await storeOn(place).claim(claim)).kind).toBe("claimed");
    expect(await store.markTold(refund)).toBe(false);
    expect(await readBack(refund)).toMatchObject({ untold: refund.untold, partners: ["north-shop", "south-shop"] });
  });

  test("is told though its item is busy just then", async () => {
    const refund = await onRecord();
    failOnce(place.client, conflict);
    expect(await store.markTold(refund)).toBe(true);
  });

  test("is told where the answer was lost", async () => {
    const refund = await onRecord();
    loseNextAnswer(place.client, "UpdateItem");
    expect(await store.markTold(refund)).toBe(true);
  });

  test("is not found where it is not on record, or cannot be read", async () => {
    const broken = untoldRefund();
    await putItem(place, { ...refundItem(broken), state: { N: "1" } });
    expect(await store.readRefunds([broken, untoldRefund()], never)).toEqual([]);
    expect(() => readRefundItem({ ...refundItem(broken), state: { N: "1" } }, testLayout)).toThrow();
  });
});

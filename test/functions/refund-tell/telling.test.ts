import { beforeEach, describe, expect, test } from "vitest";
import { createReadChanges } from "../../../functions/refund-feed/read-changes.ts";
import { createDeliver } from "../../../functions/refund-tell/deliver.ts";
import { createTellRefunds } from "../../../functions/refund-tell/tell-refunds.ts";
import { createWriteEvents } from "../../../functions/refund-tell/write-events.ts";
import { createDynamoFeedStore } from "../../../shared/aws/dynamo-feed-store.ts";
import type { Refund } from "../../../shared/refund/refund.ts";
import type { EventKey } from "../../../shared/telling/refund-event.ts";
import { refundItem } from "../../support/refund-items.ts";
import { claimOf, dayMs, start } from "../../support/refunds.ts";
import { startScriptedServer } from "../../support/scripted-server.ts";
import { putItem, storeOn, storeOptions } from "../../support/tables.ts";
import { startTelling } from "../../support/telling-function.ts";
import { eventKeyOf, newTellRun } from "../../support/told-refunds.ts";

const never = Number.POSITIVE_INFINITY;
let telling: Awaited<ReturnType<typeof startTelling>>;
beforeEach(async () => {
  telling = await startTelling();
});
const lastLine = () => telling.lines.at(-1);

async function feedOf(partnerId: string) {
  const store = createDynamoFeedStore({ ...storeOptions(telling.place), now: telling.now });
  const readChanges = createReadChanges({ store, now: telling.now });
  const request = { cursor: undefined, since: undefined, limit: 100 };
  return (await readChanges({ partnerId, mids: ["898310148160568"] }, request, never)).events;
}

describe("the sweep", () => {
  test("tells what the stream has missed, once that has had its time", async () => {
    await using server = await startScriptedServer({ status: 200 });
    telling.setWebhook("north-shop", server.url);
    const refund = await telling.endRefund({ partners: ["north-shop", "south-shop"] });
    await telling.sweep(24_000);
    expect([server.received.length, lastLine()?.told, lastLine()?.maxUntoldMs]).toEqual([0, 0, 24_000]);
    await telling.sweep(1_000);
    expect([server.received.length, lastLine()?.told]).toEqual([1, 1]);
    expect(lastLine()?.metrics).toContainEqual({ name: "FirstTryDelay", value: [25_000] });
    expect((await telling.refundNow(refund))?.untold).toBeUndefined();
    for (const partner of ["north-shop", "south-shop"]) expect(await feedOf(partner)).toHaveLength(1);
    const names = lastLine()?.metrics.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["TellSweeps", "UntoldAge", "Events", "WebhookTries", "FirstTryDelay"]),
    );
  });

  test("tells the refunds of every shard", async () => {
    const refunds = await Promise.all(Array.from({ length: 150 }, () => telling.endRefund()));
    await telling.sweep();
    expect(lastLine()).toMatchObject({ told: 150, events: 150, failed: 0 });
    expect(new Set((await feedOf("north-shop")).map(({ refund }) => refund.merOrderId)).size).toBe(100);
    expect(refunds).toHaveLength(150);
  });

  test("is left to the invocation that has begun one", async () => {
    await telling.endRefund();
    const other = telling.newInstance();
    const shards = Array.from({ length: 16 }, (_, i) => String(i));
    telling.pass(60_000);
    await Promise.all([other.handle({ shards }), telling.sweep(0)]);
    expect(telling.lines.map(({ taken }) => taken).toSorted()).toEqual([false, true]);
    expect(await feedOf("north-shop")).toHaveLength(1);
  });

  test("tells the others where a record cannot be read, and says so", async () => {
    const broken = await telling.endRefund();
    await putItem(telling.place, { ...refundItem(broken), version: { S: "many" } });
    await telling.endRefund();
    await telling.sweep();
    expect(lastLine()).toMatchObject({ level: "error", told: 1, unreadable: 1 });
    expect(telling.lines[0]).toMatchObject({ event: "unreadable_record", merOrderId: broken.merOrderId });
  });

  test("leaves a state that only a newer version knows to that version", async () => {
    const refund = await telling.endRefund();
    await putItem(telling.place, { ...refundItem(refund), state: { S: "reversed" } });
    await telling.sweep();
    expect(lastLine()).toMatchObject({ told: 0, events: 0 });
    expect((await telling.refundNow(refund))?.untold).toEqual(refund.untold);
  });

  test("that is no event of a schedule or a stream fails", async () => {
    const { handle } = telling.newInstance();
    await expect(handle({ shards: ["16"] })).rejects.toThrow();
    await expect(handle({})).rejects.toThrow();
    expect(lastLine()).toMatchObject({ level: "error", event: "refund_tell" });
  });
});

describe("the stream", () => {
  test("has each refund told once, and other records have nothing told", async () => {
    const refund = await telling.endRefund();
    const { pk, sk, ...image } = refundItem(refund);
    const record = { dynamodb: { Keys: { pk, sk }, NewImage: image } };
    const removed = { dynamodb: { Keys: { pk, sk } } };
    const page = { dynamodb: { Keys: { pk: { S: "FEED#north-shop" }, sk: { S: "PAGE#0000000001" } }, NewImage: {} } };
    await telling.newInstance().handle({ Records: [record, record, removed, page] });
    expect(lastLine()).toMatchObject({ refunds: 1, deliveries: 0, told: 1, events: 1 });
    expect(await feedOf("north-shop")).toHaveLength(1);
  });

  test("makes the second try, of a delivery that has just failed", async () => {
    await using server = await startScriptedServer({ status: 500 }, { status: 200 });
    telling.setWebhook("north-shop", server.url);
    const refund = await telling.endRefund();
    await telling.stream(refund);
    const [shard, key] = ["d3", { pk: refundItem(refund).pk, sk: { S: "DELIVERY#north-shop#000002" } }];
    const image = { dueShard: { S: shard }, dueAt: { N: String(start + 5_000) }, attempts: { N: "1" } };
    telling.pass(5_000);
    await telling.newInstance().handle({ Records: [{ dynamodb: { Keys: key, NewImage: image } }] });
    expect(server.received).toHaveLength(2);
    expect((await telling.deliveryOf(eventKeyOf(refund)))?.state).toBe("delivered");
  });

  test("and the sweep tell a refund once, whichever comes later", async () => {
    await using server = await startScriptedServer({ status: 200 });
    telling.setWebhook("north-shop", server.url);
    const refund = await telling.endRefund();
    await telling.sweep();
    await telling.stream(refund);
    expect([server.received.length, (await feedOf("north-shop")).length]).toEqual([1, 1]);
  });
});

test("a partner that comes while a refund in review is untold is told as well", async () => {
  const refund = await telling.endRefund({ state: "needs_review", dueAt: start + dayMs });
  await storeOn(telling.place).claim(claimOf(refund, { partnerId: "south-shop", now: start + 1_000 }));
  await telling.stream(refund);
  const [north, south] = [await feedOf("north-shop"), await feedOf("south-shop")];
  expect(south.map(({ body }) => body)).toEqual(north.map(({ body }) => body));
  expect(north).toHaveLength(1);
});

test("a writer that was frozen before its event, and thaws after its refund has ended, shows and posts nothing", async () => {
  const { store, deliveries } = telling.newInstance();
  const [frozen, thaw] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const freezing = {
    ...store,
    putEvent: async (event: Parameters<typeof store.putEvent>[0]) => {
      frozen.resolve();
      await thaw.promise;
      return await store.putEvent(event);
    },
  };
  const { now } = telling;
  const posted: EventKey[] = [];
  const postEvent = async (event: EventKey) => {
    posted.push(event);
    return { kind: "delivered" } as const;
  };
  const deliver = createDeliver({ store: deliveries, postEvent, now, random: () => 0.5 });
  const tellBy = (by: typeof store) =>
    createTellRefunds({ store: by, writeEvents: createWriteEvents({ store: by, now }), deliver });
  const times = { startTriesBy: never, giveUpAt: never };
  const before = await telling.endRefund({ state: "needs_review", dueAt: start + dayMs });
  const late = tellBy(freezing)([before], times, newTellRun());
  await frozen.promise;

  const after = {
    ...before,
    version: 3,
    state: "succeeded",
    dueAt: undefined,
    untold: { sequence: 3, since: start, overtaken: [2] },
  } as const;
  await storeOn(telling.place).settle({ before, after });
  await tellBy(store)([after], times, newTellRun());
  const shown = await feedOf("north-shop");
  expect(shown.map(({ sequence }) => sequence)).toEqual([3]);
  thaw.resolve();
  await late;
  expect(posted.map(({ sequence }) => sequence)).toEqual([3]);
  expect(await feedOf("north-shop")).toEqual(shown);
});

describe("a refund that has left a state before it was told", () => {
  const review = { state: "needs_review", dueAt: start + dayMs } as const;

  async function leave(before: Refund, left: Pick<Refund, "state" | "dueAt">): Promise<Refund> {
    const version = before.version + 1;
    const untold = { sequence: version, since: start, overtaken: [before.untold?.sequence ?? 0] };
    const after = { ...before, ...left, version, untold };
    await storeOn(telling.place).settle({ before, after });
    return after;
  }

  async function putEventOf(refund: Refund): Promise<void> {
    const { store } = telling.newInstance();
    const [event] = await Promise.all(createWriteEvents({ store, now: telling.now })([refund], never).values());
    expect(event).toHaveLength(1);
  }

  test("has its event posted, where somebody wrote it and was killed before the post", async () => {
    await using server = await startScriptedServer({ status: 200 }, { status: 200 });
    telling.setWebhook("north-shop", server.url);
    const before = await telling.endRefund(review);
    await putEventOf(before);
    const after = await leave(before, { state: "succeeded", dueAt: undefined });
    await telling.stream(after);
    const posted = server.received.map(({ body }) => JSON.parse(body).data.sequence);
    expect(posted.toSorted()).toEqual([2, 3]);
    expect((await feedOf("north-shop")).map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect((await telling.refundNow(after))?.untold).toBeUndefined();
  });

  test("has nothing posted of it, where nobody wrote the event", async () => {
    await using server = await startScriptedServer({ status: 200 });
    telling.setWebhook("north-shop", server.url);
    const before = await telling.endRefund(review);
    const after = await leave(before, { state: "succeeded", dueAt: undefined });
    await telling.stream(after);
    expect(server.received.map(({ body }) => JSON.parse(body).data.sequence)).toEqual([3]);
    expect((await feedOf("north-shop")).map(({ sequence }) => sequence)).toEqual([3]);
  });

  test("goes back to its checks, once the review that was written is posted", async () => {
    await using server = await startScriptedServer({ status: 200 });
    telling.setWebhook("north-shop", server.url);
    const before = await telling.endRefund(review);
    await putEventOf(before);
    const after = await leave(before, { state: "pending", dueAt: start + 5_000 });
    await telling.stream(after);
    expect(server.received.map(({ body }) => JSON.parse(body).type)).toEqual(["refund.needs_review"]);
    expect(await telling.refundNow(after)).toMatchObject({ state: "pending", untold: undefined, dueAt: start + 5_000 });
  });
});

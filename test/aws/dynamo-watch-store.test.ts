import { beforeEach, describe, expect, test } from "vitest";
import { createDynamoRecheckStore } from "../../shared/aws/dynamo-recheck-store.ts";
import { createDynamoWatchStore } from "../../shared/aws/dynamo-watch-store.ts";
import { shardsOf } from "../../shared/aws/keys.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { UnavailableError } from "../../shared/refund/unavailable.ts";
import type { Watch, WatchStore } from "../../shared/refund/watch-store.ts";
import { refundItem } from "../support/refund-items.ts";
import { claimedRefund, claimOf, dayMs, minuteMs, newIdentity, start, testTid } from "../support/refunds.ts";
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
import { untoldRefund } from "../support/told-refunds.ts";

let place: Awaited<ReturnType<typeof newTable>>;
let store: WatchStore;
beforeEach(async () => {
  place = await newTable();
  store = createDynamoWatchStore(storeOptions(place));
});

function watchOf({ mid, instMid, merOrderId }: Watch["refund"], overrides: Partial<Watch> = {}): Watch {
  const refund = { mid, instMid, merOrderId };
  return { refund, tid: testTid, partnerId: "north-shop", now: start + minuteMs, ...overrides };
}
async function onRecord(refund: Refund): Promise<Refund> {
  await putItem(place, refundItem(refund));
  return refund;
}
const readBack = (refund: Watch["refund"]) => storeOn(place).read(refund);

describe("a refund that nothing is known of", () => {
  test("is remembered by one write, without a claim, and due at once", async () => {
    const identity = newIdentity();
    const operations = recordOperations(place.client);
    const { refund, isNew } = await store.watch(watchOf(identity));
    expect([operations, isNew]).toEqual([["UpdateItem"], true]);
    const now = start + minuteMs;
    expect(refund).toEqual({ ...claimedRefund({ ...identity, lease: undefined, dueAt: now }, now) });
    expect(await readBack(identity)).toEqual(refund);
    const checks = createDynamoRecheckStore(storeOptions(place));
    const pages = await Promise.all(shardsOf("check").map((shard) => checks.readDue(shard, now, undefined, Infinity)));
    expect(pages.flatMap(({ refunds }) => refunds)).toEqual([refund]);
  });

  test("is new also where the answer was lost and the SDK asked again", async () => {
    loseNextAnswer(place.client, "UpdateItem");
    expect(await store.watch(watchOf(newIdentity()))).toMatchObject({ isNew: true, refund: { version: 1 } });
  });

  test("is remembered once, whoever registers it at the same time", async () => {
    const identity = newIdentity();
    const partners = ["a", "b", "c", "d"];
    await Promise.all(partners.map((partnerId, i) => store.watch(watchOf(identity, { partnerId, now: start + i }))));
    expect((await readBack(identity))?.partners.toSorted()).toEqual(partners);
    const again = await store.watch(watchOf(identity, { partnerId: "a", now: start + dayMs }));
    expect(again).toMatchObject({ isNew: false, refund: { version: 4 } });
  });
});

describe("a refund on record", () => {
  test("is told to one more partner, and stays due when it was", async () => {
    const refund = await onRecord(claimedRefund({ version: 5, dueAt: start + dayMs, lease: undefined }));
    const watched = await store.watch(watchOf(refund, { partnerId: "south-shop" }));
    expect(watched.isNew).toBe(false);
    expect(watched.refund).toEqual({ ...refund, version: 6, partners: ["north-shop", "south-shop"] });
  });

  test("is not new where a request of the same millisecond has made it", async () => {
    const refund = await onRecord(claimedRefund({}, start + minuteMs));
    expect(refund).toMatchObject({ version: 1, firstSeenAt: start + minuteMs });
    expect(await store.watch(watchOf(refund))).toEqual({ refund, isNew: false });
  });

  test("is not written again by a partner that has registered it", async () => {
    const identity = newIdentity();
    const first = await store.watch(watchOf(identity));
    const second = await store.watch(watchOf(identity, { now: start + dayMs }));
    expect(second).toEqual({ refund: first.refund, isNew: false });
    expect((await readBack(identity))?.version).toBe(1);
  });

  test("is also tried by another terminal number", async () => {
    const refund = await onRecord(claimedRefund({ confirmedTid: "88880009", askedTids: [testTid], lease: undefined }));
    const again = await store.watch(watchOf(refund, { tid: "88880009" }));
    expect(again.refund.version).toBe(refund.version);
    const other = await store.watch(watchOf(refund, { tid: "77770001" }));
    expect(other.refund).toMatchObject({ tid: "77770001", version: refund.version + 1 });
    expect(new Set(other.refund.askedTids)).toEqual(new Set(["77770001", testTid]));
  });

  test("is left to the request that is checking it", async () => {
    const claim = claimOf(newIdentity());
    await storeOn(place).claim(claim);
    const { refund } = await store.watch(watchOf(claim.identity, { partnerId: "south-shop" }));
    expect(refund.lease).toEqual(claim.lease);
  });

  test("that was left to a person becomes due again though its item is busy just then", async () => {
    const refund = await onRecord(claimedRefund({ state: "needs_review", dueAt: undefined, lease: undefined }));
    failOnce(place.client, conflict, 1);
    await store.watch(watchOf(refund, { partnerId: "south-shop" }));
    expect(await readBack(refund)).toMatchObject({ dueAt: start + minuteMs, partners: ["north-shop", "south-shop"] });
  });

  test("becomes due again if it was left to a person, by a watch that says something new", async () => {
    const refund = await onRecord(claimedRefund({ state: "needs_review", dueAt: undefined, lease: undefined }));
    const { refund: after } = await store.watch(watchOf(refund, { partnerId: "south-shop" }));
    expect(after).toMatchObject({ state: "needs_review", dueAt: start + minuteMs });
    expect(await readBack(refund)).toEqual(after);
    const again = { ...after, dueAt: undefined };
    await onRecord(again);
    const { refund: unchanged } = await store.watch(watchOf(refund, { partnerId: "south-shop" }));
    expect(unchanged).toEqual(again);
  });

  test("is told to a partner that comes while it is untold", async () => {
    const refund = await onRecord(untoldRefund({ state: "needs_review", dueAt: start + dayMs }));
    const { refund: after } = await store.watch(watchOf(refund, { partnerId: "south-shop" }));
    expect(after).toEqual({ ...refund, version: refund.version + 1, partners: ["north-shop", "south-shop"] });
  });

  test.each(["succeeded", "failed"] as const)("that has %s stays as it is", async (state) => {
    const refund = await onRecord(untoldRefund({ state, untold: undefined }));
    const watched = await store.watch(watchOf(refund, { partnerId: "south-shop", tid: "77770001" }));
    expect(watched).toEqual({ refund, isNew: false });
    expect(await readBack(refund)).toEqual(refund);
  });

  test("that cannot be read is no answer", async () => {
    const refund = claimedRefund({ state: "succeeded" });
    await putItem(place, { ...refundItem(refund), version: { S: "many" } });
    await expect(store.watch(watchOf(refund))).rejects.toThrow(UnavailableError);
  });
});

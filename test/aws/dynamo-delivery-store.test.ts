import { beforeEach, describe, expect, test } from "vitest";
import { deliveryItem, readDeliveryItem } from "../../shared/aws/delivery-item.ts";
import { createDynamoDeliveryStore } from "../../shared/aws/dynamo-delivery-store.ts";
import { shardsOf } from "../../shared/aws/keys.ts";
import { type Delivery, deliveryEnds } from "../../shared/telling/delivery.ts";
import type { DeliveryStore } from "../../shared/telling/delivery-store.ts";
import { eventId } from "../../shared/telling/refund-event.ts";
import { deliveryFailures } from "../../shared/webhook/webhook-result.ts";
import { refundItem } from "../support/refund-items.ts";
import { dayMs, start } from "../support/refunds.ts";
import {
  conflict,
  failOnce,
  loseNextAnswer,
  newTable,
  putItem,
  recordOperations,
  storeOptions,
} from "../support/tables.ts";
import { eventKeyOf, untoldRefund } from "../support/told-refunds.ts";

const never = Number.POSITIVE_INFINITY;
let place: Awaited<ReturnType<typeof newTable>>;
let store: DeliveryStore;
beforeEach(async () => {
  place = await newTable();
  store = createDynamoDeliveryStore(storeOptions(place));
});

function newDelivery(overrides: Partial<Delivery> = {}): Delivery {
  const times = { eventAt: start, dueAt: start + 5_000 };
  return {
    ...eventKeyOf(untoldRefund()),
    ...times,
    state: "due",
    attempts: 1,
    trouble: "status",
    status: 500,
    ...overrides,
  };
}
async function keysIn(kind: "deliver" | "dead", until: number): Promise<string[]> {
  const pages = await Promise.all(shardsOf(kind).map((shard) => store.dueDeliveries(shard, until, undefined)));
  return pages.flatMap(({ keys }) => keys.map(eventId));
}
const readBack = async (delivery: Delivery) => (await store.readDeliveries([delivery], never))[0];

describe("a delivery", () => {
  test("is found when it is due, not before, and read back as it was added", async () => {
    const delivery = newDelivery();
    await store.addDelivery(delivery);
    expect(await keysIn("deliver", start + 4_999)).toEqual([]);
    expect(await keysIn("deliver", start + 5_000)).toEqual([eventId(delivery)]);
    expect(await readBack(delivery)).toEqual(delivery);
  });

  test("is begun once: what came of later tries stays", async () => {
    const delivery = newDelivery({ attempts: 4 });
    await store.addDelivery(delivery);
    await store.addDelivery({ ...delivery, attempts: 1 });
    expect(await readBack(delivery)).toEqual(delivery);
  });

  test("is added where the answer was lost", async () => {
    const delivery = newDelivery();
    loseNextAnswer(place.client, "PutItem");
    await store.addDelivery(delivery);
    expect(await readBack(delivery)).toEqual(delivery);
  });

  test("is added and moved though its item is busy just then", async () => {
    const delivery = newDelivery();
    failOnce(place.client, conflict);
    await store.addDelivery(delivery);
    expect(await readBack(delivery)).toEqual(delivery);
    failOnce(place.client, conflict);
    await store.moveDelivery(delivery, { ...delivery, attempts: 2 });
    expect(await readBack(delivery)).toMatchObject({ attempts: 2 });
  });

  test("is read back with every trouble that it may have", () => {
    for (const trouble of [...Object.keys(deliveryFailures), ...Object.keys(deliveryEnds)] as Delivery["trouble"][]) {
      expect(readDeliveryItem(deliveryItem(newDelivery({ trouble }), 16))).toMatchObject({ trouble });
    }
  });

  test("is beside the untold refunds in the index, and not among them", async () => {
    const refund = untoldRefund();
    await putItem(place, refundItem(refund));
    await store.addDelivery(newDelivery());
    expect(await keysIn("deliver", start + dayMs)).toHaveLength(1);
    const told = await Promise.all(
      shardsOf("tell").map((shard) => store.dueDeliveries(shard, start + dayMs, undefined)),
    );
    expect(told.flatMap(({ keys }) => keys)).toEqual([]);
  });
});

describe("what came of a try", () => {
  test("is one write that names what has changed", async () => {
    const before = newDelivery();
    await store.addDelivery(before);
    const operations = recordOperations(place.client);
    const after = { ...before, attempts: 2, dueAt: start + 300_000, trouble: "timeout", status: undefined } as const;
    await store.moveDelivery(before, after);
    expect(operations).toEqual(["UpdateItem"]);
    expect(await readBack(before)).toEqual(after);
    expect(await keysIn("deliver", start + 5_000)).toEqual([]);
    expect(await keysIn("deliver", start + 300_000)).toEqual([eventId(before)]);
  });

  test("takes a delivery that is dead to those that wait for an operator", async () => {
    const before = newDelivery();
    await store.addDelivery(before);
    await store.moveDelivery(before, { ...before, state: "dead", attempts: 10, dueAt: start + dayMs });
    expect([await keysIn("deliver", start + dayMs), await keysIn("dead", start + dayMs)]).toEqual([
      [],
      [eventId(before)],
    ]);
  });

  test("takes one that has arrived out of the index", async () => {
    const before = newDelivery();
    await store.addDelivery(before);
    await store.moveDelivery(before, { ...before, state: "delivered", dueAt: start + dayMs });
    expect([await keysIn("deliver", start + dayMs), await keysIn("dead", start + dayMs)]).toEqual([[], []]);
    expect((await readBack(before))?.state).toBe("delivered");
  });

  test("does not overwrite what came of another's", async () => {
    const before = newDelivery();
    await store.addDelivery(before);
    const first = { ...before, attempts: 2, dueAt: start + 300_000 };
    await store.moveDelivery(before, first);
    await store.moveDelivery(before, { ...before, state: "delivered" });
    expect(await readBack(before)).toEqual(first);
  });

  test("does not make a delivery that is not on record", async () => {
    const before = newDelivery();
    await store.moveDelivery(before, { ...before, attempts: 2 });
    expect(await readBack(before)).toBeUndefined();
  });
});

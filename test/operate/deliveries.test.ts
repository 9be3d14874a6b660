import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { createDeliveryRecords } from "../../operate/delivery-records.ts";
import { runRefunds } from "../../operate/refunds-program.ts";
import { deliveryItem } from "../../shared/aws/delivery-item.ts";
import { createDynamoDeliveryStore } from "../../shared/aws/dynamo-delivery-store.ts";
import { endpointItem } from "../../shared/aws/endpoint-item.ts";
import { eventItem } from "../../shared/aws/event-item.ts";
import type { Delivery } from "../../shared/telling/delivery.ts";
import { type EventKey, eventId } from "../../shared/telling/refund-event.ts";
import { layout, refundItem } from "../support/refund-items.ts";
import { claimedRefund, dayMs, start } from "../support/refunds.ts";
import { runHere } from "../support/run-command.ts";
import { newTable, putItem, storeOptions } from "../support/tables.ts";

let place: Awaited<ReturnType<typeof newTable>>;
beforeAll(async () => {
  place = await newTable();
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", inject("dynamoDbEndpoint"));
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
});
afterAll(() => vi.unstubAllEnvs());

/** `npm run refunds -- …`, against a deployed table. */
function refunds(...args: string[]) {
  return runHere(runRefunds, [...args, "--table", place.table, "--region", "us-east-1"]);
}
async function json<T>(...args: string[]): Promise<T> {
  const { stdout, stderr } = await refunds(...args, "--json");
  expect(stderr).toBe("");
  return JSON.parse(stdout) as T;
}
type Listed = { id: string; state: string; attempts: number; dueAt: string; merOrderId: string };
const listed = (...args: string[]) => json<Listed[]>("deliveries", ...args);

const store = () => createDynamoDeliveryStore({ ...storeOptions(place), shards: 16 });
async function deliveryOf(key: EventKey): Promise<Delivery | undefined> {
  return (await store().readDeliveries([key], Date.now() + 60_000))[0];
}

/** An event on record, and its delivery if it had one. */
async function toldEvent(partnerId: string, delivery?: Partial<Delivery>, at = start, page = 1): Promise<EventKey> {
  const refund = claimedRefund({ state: "succeeded", dueAt: undefined, lease: undefined });
  const { mid, instMid, merOrderId } = refund;
  const key = { refund: { mid, instMid, merOrderId }, partnerId, sequence: 2 };
  await putItem(place, refundItem(refund, layout));
  await putItem(place, eventItem({ ...key, page, body: '{"type":"refund.succeeded"}', at }));
  if (delivery === undefined) return key;
  const none = { trouble: undefined, status: undefined };
  const all = {
    ...key,
    state: "dead",
    attempts: 10,
    eventAt: at,
    dueAt: at + 4 * dayMs,
    ...none,
    ...delivery,
  } as const;
  await putItem(place, deliveryItem(all, 16));
  return key;
}

describe("deliveries", () => {
  test("lists those that are tried again and dead ones, and nothing that has arrived", async () => {
    const due = await toldEvent("list", { state: "due", attempts: 2, trouble: "status", status: 503 });
    const dead = await toldEvent("list", { trouble: "timeout" });
    await toldEvent("list", { state: "delivered", attempts: 1 });
    await toldEvent("list");
    await toldEvent("other", {});
    expect((await listed("--partner", "list")).map(({ id }) => id)).toEqual([eventId(due), eventId(dead)]);
    expect(await listed("--partner", "list", "--dead")).toEqual([
      {
        id: eventId(dead),
        partner: "list",
        ...dead.refund,
        sequence: 2,
        state: "dead",
        attempts: 10,
        eventAt: "2026-01-05T01:00:00.000Z",
        dueAt: "2026-01-09T01:00:00.000Z",
        trouble: "timeout",
        status: null,
      },
    ]);
    expect((await listed()).length).toBeGreaterThanOrEqual(3);
    const { stdout } = await refunds("deliveries", "--partner", "list");
    expect(stdout).toMatch(
      new RegExp(`^${eventId(due)} +list .* due +2 +now +the answer was not 2xx \\(HTTP 503\\)$`, "m"),
    );
    expect(stdout).toMatch(
      new RegExp(`^${eventId(dead)} +list .* dead +10 +.* ago +there was no answer in time$`, "m"),
    );
    expect((await refunds("deliveries", "--partner", "nobody")).stdout).toBe("none\n");
  });

  test("finds those of every page of every shard", async () => {
    const many = await Promise.all(Array.from({ length: 60 }, () => toldEvent("many", {})));
    expect((await listed("--partner", "many", "--dead")).map(({ id }) => id).toSorted()).toEqual(
      many.map(eventId).toSorted(),
    );
  });
});

describe("redeliver", () => {
  test("makes a dead delivery due now, as if it had never been tried", async () => {
    const key = await toldEvent("one", { trouble: "status", status: 500 });
    const before = Date.now();
    const { stdout, status } = await refunds("redeliver", "--id", eventId(key));
    expect([status, stdout]).toEqual([0, "1 event is due again. The next sweep sends it, within a minute.\n"]);
    const delivery = await deliveryOf(key);
    expect(delivery).toMatchObject({
      state: "due",
      attempts: 0,
      trouble: undefined,
      status: undefined,
      eventAt: start,
    });
    expect(delivery?.dueAt).toBeGreaterThanOrEqual(before);
    const keys: EventKey[] = [];
    for (const shard of Array.from({ length: 16 }, (_, i) => `d${i}`)) {
      keys.push(...(await store().dueDeliveries(shard, Date.now(), undefined)).keys);
    }
    expect(keys).toContainEqual(key);
    expect(await listed("--partner", "one", "--dead")).toEqual([]);
  });

  test.each([
    ["has been delivered", { state: "delivered", attempts: 3 } as const],
    ["was delivered at once, so that no delivery is on record", undefined],
    ["waits for its next try", { state: "due", attempts: 5, dueAt: Date.now() + dayMs } as const],
  ])("sends an event again that %s", async (_, delivery) => {
    const key = await toldEvent("again", delivery);
    const { redelivered } = await json<{ redelivered: object[] }>("redeliver", "--id", eventId(key));
    expect(redelivered).toEqual([{ id: eventId(key), partner: "again", ...key.refund, sequence: 2 }]);
    const after = await deliveryOf(key);
    expect(after).toMatchObject({ state: "due", attempts: 0, eventAt: start });
    expect(after?.dueAt).toBeLessThanOrEqual(Date.now());
  });

  test("sends the newest event of a refund again, to each partner or to one", async () => {
    const key = await toldEvent("first", {});
    const { mid, merOrderId } = key.refund;
    const older = { ...key, sequence: 1 };
    const others = { ...key, partnerId: "second" };
    for (const one of [older, others]) await putItem(place, eventItem({ ...one, page: 1, body: "{}", at: start }));
    const numbers = ["--mid", mid, "--mer-order-id", merOrderId];
    const { stdout } = await refunds("redeliver", ...numbers, "--partner", "second");
    expect(stdout).toMatch(/^1 event is/);
    expect((await deliveryOf(key))?.state).toBe("dead");
    expect((await refunds("redeliver", ...numbers)).stdout).toMatch(/^2 events are/);
    expect([await deliveryOf(older), (await deliveryOf(key))?.state, (await deliveryOf(others))?.state]).toEqual([
      undefined,
      "due",
      "due",
    ]);
  });

  test("sends the dead deliveries of one partner again whose refunds ended within a time", async () => {
    const at = (day: number) => start + day * dayMs;
    const keys = await Promise.all([0, 1, 2, 3].map((day) => toldEvent("range", {}, at(day))));
    const others = await toldEvent("not-asked", {}, at(1));
    const states = async () => (await Promise.all([...keys, others].map(deliveryOf))).map((one) => one?.state);
    const iso = (day: number) => new Date(at(day)).toISOString();
    await refunds("redeliver", "--partner", "range", "--since", iso(1), "--until", iso(3));
    expect(await states()).toEqual(["dead", "due", "due", "dead", "dead"]);
    await refunds("redeliver", "--partner", "range");
    expect(await states()).toEqual(["due", "due", "due", "due", "dead"]);
  });

  test("says so if the webhook is disabled, because a disabled one gets nothing", async () => {
    const key = await toldEvent("disabled", { trouble: "disabled" });
    const endpoint = { partnerId: "disabled", configId: "a", failingSince: start, disabledAt: start + dayMs };
    await putItem(place, endpointItem(endpoint));
    const { stdout } = await refunds("redeliver", "--id", eventId(key));
    expect(stdout).toContain("The webhook of disabled was disabled at 2026-01-06T01:00:00.000Z.");
    expect(stdout).toContain("npm run partner -- webhook set --id disabled");
  });

  test("does not send what was ruled out, or is not kept any more", async () => {
    const ruledOut = await toldEvent("never", undefined, start, 0);
    const expired = { ...(await toldEvent("never")), sequence: 9 };
    const delivery = { state: "dead", attempts: 10, eventAt: start, dueAt: start, trouble: "expired" } as const;
    await putItem(place, deliveryItem({ ...expired, ...delivery, status: undefined }, 16));
    for (const key of [ruledOut, expired]) {
      const { status, stderr } = await refunds("redeliver", "--id", eventId(key));
      expect([status, stderr]).toEqual([1, expect.stringMatching(/^nothing is sent again: evt_/)]);
    }
    expect(await deliveryOf(ruledOut)).toBeUndefined();
  });

  test.each([
    [["--id", "evt_unknown"], /^no event evt_unknown is on record/],
    [["--mid", "898310148160568", "--mer-order-id", "NOBODYS-1"], /^no event of the refund NOBODYS-1/],
    [["--partner", "nobody"], /^no delivery of nobody is dead/],
    [["--partner", "one", "--since", "yesterday"], /^--since: must be an instant/],
    [[], /^name --id, or --mid with --mer-order-id, or --partner/],
  ])("with %j is refused in one sentence", async (args, sentence) => {
    expect(await refunds("redeliver", ...args)).toMatchObject({ status: 1, stderr: expect.stringMatching(sentence) });
  });

  test("leaves a delivery alone that is tried at this very moment", async () => {
    const key = await toldEvent("busy", { state: "due", attempts: 2 });
    const { client, table } = place;
    const records = createDeliveryRecords({ ...storeOptions(place), client, table });
    const read = await deliveryOf(key);
    if (read === undefined) throw new Error("not on record");
    const tried = { ...read, attempts: 3, dueAt: Date.now() + dayMs };
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === "UpdateItemCommand") await putItem(place, deliveryItem(tried, 16));
          return await next(args);
        },
      { step: "initialize", name: "meanwhile" },
    );
    expect(await records.sendAgain([key])).toEqual([]);
    client.middlewareStack.remove("meanwhile");
    expect(await deliveryOf(key)).toEqual(tried);
  });
});

test("show tells what partners were told of a refund, and what became of the webhook", async () => {
  const key = await toldEvent("north-shop", { trouble: "status", status: 500 });
  await putItem(
    place,
    eventItem({ ...key, partnerId: "south-shop", page: 3, body: '{"type":"refund.succeeded"}', at: start }),
  );
  await putItem(place, eventItem({ ...key, sequence: 1, page: 0, body: "", at: start }));
  const { stdout } = await refunds("show", key.refund.mid, key.refund.merOrderId);
  expect(stdout).toContain("Told to partners:");
  expect(stdout).toMatch(/^2026-\S+ +north-shop +evt_\S+ +2 +dead +the answer was not 2xx \(HTTP 500\)$/m);
  expect(stdout).toMatch(/^2026-\S+ +south-shop +evt_\S+ +2 +no trouble$/m);
  const { told } = await json<{ told: unknown[] }>("show", key.refund.mid, key.refund.merOrderId);
  expect(told).toMatchObject([
    { id: eventId(key), partner: "north-shop", type: "refund.succeeded", delivery: { state: "dead" } },
    { partner: "south-shop", delivery: null },
  ]);
});

test("list leaves out a final refund that is only to be told, unless it is asked for", async () => {
  const untold = claimedRefund({
    state: "succeeded",
    dueAt: undefined,
    lease: undefined,
    untold: { sequence: 2, since: start, overtaken: [] },
  });
  const open = claimedRefund({ dueAt: start });
  for (const refund of [untold, open]) await putItem(place, refundItem(refund, layout));
  const numbers = async (...args: string[]) =>
    (await json<{ merOrderId: string }[]>("list", ...args)).map(({ merOrderId }) => merOrderId);
  expect(await numbers()).toEqual([open.merOrderId]);
  expect(await numbers("--state", "untold")).toEqual([untold.merOrderId]);
});

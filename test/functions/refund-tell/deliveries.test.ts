import { beforeEach, describe, expect, test } from "vitest";
import { createDynamoEndpointStore } from "../../../shared/aws/dynamo-endpoint-store.ts";
import type { Refund } from "../../../shared/refund/refund.ts";
import { eventId } from "../../../shared/telling/refund-event.ts";
import { retryWaitsMs } from "../../../shared/webhook/retry-plan.ts";
import { dayMs, hourMs, minuteMs, start } from "../../support/refunds.ts";
import { type ScriptedAnswer, startScriptedServer } from "../../support/scripted-server.ts";
import { storeOptions } from "../../support/tables.ts";
import { startTelling } from "../../support/telling-function.ts";
import { eventKeyOf } from "../../support/told-refunds.ts";

let telling: Awaited<ReturnType<typeof startTelling>>;
beforeEach(async () => {
  telling = await startTelling();
});

/** A receiver that answers so, as the webhook of the first partner, and an event that is told to it by the stream. */
async function toldTo(...answers: (ScriptedAnswer | undefined)[]) {
  const server = await startScriptedServer(...answers);
  telling.setWebhook("north-shop", `${server.url}/hook`);
  const refund = await telling.endRefund();
  await telling.stream(refund);
  const key = eventKeyOf(refund);
  const ids = () => server.received.map(({ headers }) => headers["webhook-id"]);
  return { server, refund, key, ids, delivery: () => telling.deliveryOf(key) };
}
const endpointNow = () => createDynamoEndpointStore(storeOptions(telling.place)).readEndpoint("north-shop");
const lastLine = () => telling.lines.at(-1);

describe("a first try", () => {
  test("that goes well writes no delivery, and the refund is told", async () => {
    const { server, refund, key, ids, delivery } = await toldTo({ status: 204 });
    await using _ = server;
    expect(ids()).toEqual([eventId(key)]);
    expect(await delivery()).toBeUndefined();
    expect((await telling.refundNow(refund))?.untold).toBeUndefined();
    const [event] = await telling.eventsOf(key);
    expect(server.received[0]?.body).toBe(event?.body);
    expect(lastLine()).toMatchObject({
      level: "info",
      event: "refund_tell",
      told: 1,
      events: 1,
      tries: 1,
      failedTries: 0,
    });
  });

  test("that fails is written down as due in 5 s, and the refund is told", async () => {
    const { server, refund, delivery } = await toldTo({ status: 500 });
    await using _ = server;
    const due = { state: "due", attempts: 1, dueAt: start + 5_000, eventAt: start, trouble: "status", status: 500 };
    expect(await delivery()).toMatchObject(due);
    expect((await telling.refundNow(refund))?.untold).toBeUndefined();
  });

  test("is not made without a webhook: the event is in the feed alone", async () => {
    const refund = await telling.endRefund();
    await telling.stream(refund);
    expect(await telling.eventsOf(eventKeyOf(refund))).toHaveLength(1);
    expect(await telling.deliveryOf(eventKeyOf(refund))).toBeUndefined();
    expect(lastLine()).toMatchObject({ told: 1, tries: 0 });
  });

  test("is not made of a merchant that the partner has lost", async () => {
    await using server = await startScriptedServer({ status: 200 });
    telling.setWebhook("north-shop", server.url);
    telling.loseMids("north-shop");
    await telling.stream(await telling.endRefund());
    expect([server.received.length, lastLine()?.told]).toEqual([0, 1]);
  });

  test("is put off where the endpoint has failed for half a minute, and made by the next sweep", async () => {
    const { server, ids } = await toldTo({ status: 500 }, { status: 500 }, { status: 200 });
    await using _ = server;
    await telling.sweep();
    const second = await telling.endRefund();
    await telling.stream(second);
    expect(ids()).toHaveLength(2);
    expect(await telling.deliveryOf(eventKeyOf(second))).toMatchObject({
      state: "due",
      attempts: 0,
      trouble: undefined,
    });
    expect(lastLine()).toMatchObject({ putOff: 1, tries: 0, told: 1 });
    await telling.sweep();
    expect(ids()[2]).toBe(eventId(eventKeyOf(second)));
    expect(await telling.deliveryOf(eventKeyOf(second))).toMatchObject({ state: "delivered" });
  });
});

describe("later tries", () => {
  test("are made after each wait of the plan, with the same id and body, and end dead", async () => {
    const { server, ids, key, delivery } = await toldTo({ status: 503 });
    await using _ = server;
    for (const [i, waitMs] of retryWaitsMs.entries()) {
      expect(await delivery()).toMatchObject({ state: "due", attempts: i + 1, dueAt: telling.now() + waitMs });
      await telling.sweep(waitMs - 1);
      expect(ids()).toHaveLength(i + 1);
      await telling.sweep(1);
      expect(ids()).toHaveLength(i + 2);
    }
    expect(await delivery()).toMatchObject({ state: "dead", attempts: 10, dueAt: telling.now(), status: 503 });
    expect(lastLine()).toMatchObject({ level: "warn", dead: 1 });
    await telling.sweep(dayMs);
    expect(new Set(ids())).toEqual(new Set([eventId(key)]));
    expect(ids()).toHaveLength(10);
    expect(new Set(server.received.map(({ body }) => body)).size).toBe(1);
  });

  test("end with the first that goes well", async () => {
    const { server, ids, delivery } = await toldTo({ status: 500 }, { status: 301 }, { status: 200 });
    await using _ = server;
    await telling.sweep();
    expect(await delivery()).toMatchObject({ attempts: 2, trouble: "redirect", status: 301 });
    await telling.sweep(10 * minuteMs);
    const last = { trouble: "redirect", status: 301 };
    expect(await delivery()).toMatchObject({ state: "delivered", attempts: 2, dueAt: telling.now(), ...last });
    await telling.sweep(dayMs);
    expect(ids()).toHaveLength(3);
    expect(await endpointNow()).toBeUndefined();
  });

  test("that fail tell how old the oldest event is that has not arrived", async () => {
    const { server } = await toldTo({ status: 500 });
    await using _ = server;
    telling.pass(minuteMs);
    await telling.stream(await telling.endRefund());
    await telling.sweep(minuteMs);
    expect(lastLine()).toMatchObject({ failedTries: 2, maxUndeliveredMs: 2 * minuteMs });
    expect(lastLine()?.metrics).toContainEqual({ name: "UndeliveredAge", value: 2 * minuteMs });
  });

  test("are none where the event is not kept any more", async () => {
    const refund = await telling.endRefund();
    const key = eventKeyOf(refund);
    const due = { state: "due", attempts: 1, eventAt: start, dueAt: start, trouble: "status", status: 500 } as const;
    await telling.newInstance().deliveries.addDelivery({ ...key, ...due });
    await telling.sweep(0);
    expect(await telling.deliveryOf(key)).toMatchObject({ state: "dead", trouble: "expired", dueAt: telling.now() });
    expect(lastLine()).toMatchObject({ tries: 0 });
  });

  test("wait for as long as the receiver has asked for", async () => {
    const { server, delivery } = await toldTo({ status: 429, headers: { "Retry-After": "3600" } });
    await using _ = server;
    expect(await delivery()).toMatchObject({ attempts: 1, dueAt: start + hourMs, status: 429 });
  });

  test("are not made where the webhook was removed, or the merchant was lost", async () => {
    const { server, ids, delivery } = await toldTo({ status: 500 });
    await using _ = server;
    telling.loseMids("north-shop");
    const second = await telling.endRefund();
    await telling.stream(second);
    await telling.sweep();
    expect(await delivery()).toMatchObject({ state: "dead", attempts: 1, trouble: "not_theirs" });
    expect(await telling.deliveryOf(eventKeyOf(second))).toBeUndefined();
    telling.setWebhook("north-shop", `${server.url}/hook`);
    const third = await telling.endRefund();
    await telling.stream(third);
    telling.removeWebhook("north-shop");
    await telling.sweep();
    expect(await telling.deliveryOf(eventKeyOf(third))).toMatchObject({ state: "dead", trouble: "no_webhook" });
    expect(ids().length).toBeLessThanOrEqual(2);
  });
});

describe("a webhook", () => {
  test("is ended by a 410, which is told to the operator once; what follows is dead at once", async () => {
    const { server, ids, delivery } = await toldTo({ status: 410 });
    await using _ = server;
    expect(await delivery()).toMatchObject({ state: "dead", attempts: 1, trouble: "gone", status: 410 });
    expect(telling.lines.map(({ event }) => event)).toEqual(["webhook_ended", "refund_tell"]);
    expect(telling.lines[0]).toMatchObject({ level: "error", partner: "north-shop", requestId: "request-1" });
    expect(lastLine()).toMatchObject({ level: "error", endedWebhooks: 1, dead: 1 });
    const second = await telling.endRefund();
    await telling.stream(second);
    expect(await telling.deliveryOf(eventKeyOf(second))).toMatchObject({
      state: "dead",
      trouble: "disabled",
      attempts: 0,
    });
    expect(ids()).toHaveLength(1);
    expect(lastLine()).toMatchObject({ endedWebhooks: 0, dead: 1 });
  });

  test("is ended by five days of nothing but failures, also across instances", async () => {
    const { server, delivery } = await toldTo({ status: 500 });
    await using _ = server;
    for (let day = 1; day < 6; day++) {
      telling.replaceInstance();
      telling.pass(dayMs - 1);
      await telling.stream(await telling.endRefund());
      await telling.sweep(0);
    }
    expect((await endpointNow())?.disabledAt).toBeUndefined();
    await telling.sweep(hourMs);
    expect(await endpointNow()).toMatchObject({ failingSince: start, disabledAt: telling.now() });
    expect(telling.lines.filter(({ event }) => event === "webhook_ended")).toHaveLength(1);
    const tries = server.received.length;
    await telling.sweep(2 * dayMs);
    expect(await delivery()).toMatchObject({ state: "dead", trouble: "disabled" });
    expect(server.received).toHaveLength(tries);
  });

  test("is tried again once it is set again", async () => {
    const { server, ids } = await toldTo({ status: 410 }, { status: 200 });
    await using _ = server;
    telling.setWebhook("north-shop", `${server.url}/hook`, "config-2");
    await telling.stream(await telling.endRefund());
    expect(ids()).toHaveLength(2);
    expect(await endpointNow()).toBeUndefined();
  });
});

test("tries that could not begin in time are put off, and count as no failure", async () => {
  const hanging = await startScriptedServer(undefined);
  telling.setWebhook("north-shop", hanging.url);
  const refunds: Refund[] = [];
  for (let i = 0; i < 12; i++) refunds.push(await telling.endRefund());
  const told = telling.stream(...refunds);
  await expect.poll(() => hanging.received.length).toBe(10);
  telling.pass(5_001);
  await hanging[Symbol.asyncDispose]();
  await told;
  expect(lastLine()).toMatchObject({ told: 12, tries: 10, failedTries: 10, putOff: 2 });
  const deliveries = await Promise.all(refunds.map((refund) => telling.deliveryOf(eventKeyOf(refund))));
  const late = deliveries.filter((delivery) => delivery?.attempts === 0);
  expect(late).toHaveLength(2);
  for (const one of late) expect(one).toMatchObject({ state: "due", dueAt: start + 5_001, trouble: undefined });
});

test("an endpoint that hangs does not delay another partner's", async () => {
  const hanging = await startScriptedServer(undefined);
  await using good = await startScriptedServer({ status: 200 });
  telling.setWebhook("slow-shop", hanging.url);
  telling.setWebhook("north-shop", good.url);
  const refunds: Refund[] = [];
  for (let i = 0; i < 30; i++) {
    refunds.push(await telling.endRefund({ partners: ["slow-shop"] }), await telling.endRefund());
  }
  const told = telling.stream(...refunds);
  await expect.poll(() => good.received.length).toBe(30);
  expect(hanging.received.length).toBeLessThanOrEqual(10);
  await hanging[Symbol.asyncDispose]();
  await told;
  expect(lastLine()).toMatchObject({ told: 60, tries: 60, failedTries: 30 });
});

import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { webhookSecretPrefix } from "../../shared/names.ts";
import { localSecretsManager, localStage } from "../../tools/local-aws.ts";
import { setWebhook } from "../../tools/webhook-secrets.ts";
import { createListener, deliveriesAt, startTestReceiver } from "../support/listener.ts";
import { useLocalRun } from "../support/local-run.ts";
import { newOrder } from "../support/partner.ts";

const local = useLocalRun({ sweepEveryMs: 1_000, ladder: "1s*600", loopbackWebhooks: true });
const wait = { timeout: 120_000, interval: 100 };

function listener(index: number) {
  const partner = local.ready().partners[index];
  if (partner === undefined) throw new Error(`there is no partner ${index}`);
  const { url } = local.ready();
  const one = (merOrderId: string, mid = partner.mids[0]) => ({
    mid,
    tid: "88880001",
    instMid: "APPDEFAULT",
    merOrderId,
  });
  return { ...createListener(url, partner), one, partner };
}

/** Points the webhook of a partner to a receiver. */
async function setReceiver(index: number, url: string): Promise<void> {
  const client = localSecretsManager(local.ready().secretsManager.endpoint);
  const { partnerId, appId } = listener(index).partner;
  const partner = { partnerId, appId };
  const webhook = { url, configId: newOrder("config-"), scheme: "v1" } as const;
  await setWebhook({ client, prefix: webhookSecretPrefix(localStage) }, partner, webhook);
}

const ok = (response: ServerResponse) => void response.end();
let receiver: Awaited<ReturnType<typeof startTestReceiver>>;
beforeAll(async () => {
  receiver = await startTestReceiver(ok);
  await setReceiver(1, receiver.url);
});
afterAll(() => receiver.close());

test("a registered refund is told by webhook and in the feed, by the same id and with the same content", async () => {
  const north = listener(0);
  const before = await north.readAll();
  const orders = [newOrder("SUCCESS-"), newOrder("FAIL-")];
  const { status, body } = await north.watch(orders.map((order) => north.one(order)));
  expect(status).toBe(200);
  expect(body.refunds.map(({ result }) => result)).toEqual(["created", "created"]);
  await expect.poll(async () => (await north.readAll(before.cursor)).events.length, wait).toBe(2);

  const { events } = await north.readAll(before.cursor);
  const types = new Map(events.map(({ data, type }) => [data.merOrderId, type]));
  expect(orders.map((order) => types.get(order))).toEqual(["refund.succeeded", "refund.failed"]);
  for (const event of events) {
    const own = async () => (await deliveriesAt(local.ready().receiver.url)).filter(({ id }) => id === event.id);
    await expect.poll(async () => (await own()).length, wait).toBeGreaterThan(0);
    for (const { verified, body } of await own()) {
      expect(verified).toBe(true);
      expect({ id: event.id, ...JSON.parse(body) }).toEqual(event);
    }
  }
});

test("two partners of one merchant each have an event of their own, and no partner sees another's", async () => {
  const [north, south] = [listener(0), listener(1)];
  const [northOrder, southOrder] = [newOrder("SUCCESS-"), newOrder("SUCCESS-")];
  const [northBefore, southBefore] = [await north.readAll(), await south.readAll()];
  await north.watch([north.one(northOrder)]);
  await south.watch([south.one(southOrder)]);
  const refused = await south.watch([south.one(northOrder, north.partner.mids[0])]);
  expect(refused.body.refunds[0]).toMatchObject({ result: "refused", errors: [{ field: "mid" }] });
  await expect.poll(async () => (await north.readAll(northBefore.cursor)).events.length, wait).toBe(1);
  await expect.poll(async () => (await south.readAll(southBefore.cursor)).events.length, wait).toBe(1);
  const ordersOf = async (one: typeof north, from: string) =>
    (await one.readAll(from)).events.map(({ data }) => data.merOrderId);
  expect(await ordersOf(north, northBefore.cursor)).toEqual([northOrder]);
  expect(await ordersOf(south, southBefore.cursor)).toEqual([southOrder]);
});

const misbehaviours: [string, (response: ServerResponse) => void][] = [
  ["hangs", () => {}],
  ["resets", (response) => response.socket?.resetAndDestroy()],
  ["answers 500", (response) => void response.writeHead(500).end()],
  ["redirects", (response) => void response.writeHead(301, { location: local.ready().receiver.url }).end()],
  ["is slow with 10 MB of an error", (response) => void response.writeHead(502).end(Buffer.alloc(10_000_000))],
];

test.each(misbehaviours)(
  "while a receiver %s, another partner is told, and it is told itself once it is well",
  async (_, behave) => {
    const [north, south] = [listener(0), listener(1)];
    await setReceiver(1, receiver.url);
    receiver.behave(behave);
    const [southOrder, northOrder] = [newOrder("SUCCESS-"), newOrder("SUCCESS-")];
    const idOf = async (one: typeof north, order: string) =>
      (await one.readAll()).events.find(({ data }) => data.merOrderId === order)?.id;
    await south.watch([south.one(southOrder)]);
    await expect.poll(() => idOf(south, southOrder), wait).toBeDefined();
    const southId = await idOf(south, southOrder);
    const tries = () => receiver.received.filter(({ id }) => id === southId);
    await expect.poll(() => tries().length, wait).toBeGreaterThan(0);

    await north.watch([north.one(northOrder)]);
    const northDelivered = async () =>
      (await deliveriesAt(local.ready().receiver.url)).some(({ body }) => body.includes(northOrder));
    await expect.poll(northDelivered, wait).toBe(true);

    receiver.behave(ok);
    const failed = tries().length;
    await expect.poll(() => tries().length, wait).toBeGreaterThan(failed);
    expect(new Set(tries().map(({ body }) => body)).size).toBe(1);
  },
  300_000,
);

test("a 410 ends the webhook: nothing more is sent, and the feed goes on", async () => {
  const south = listener(1);
  await setReceiver(1, receiver.url);
  receiver.behave((response) => void response.writeHead(410).end());
  const [first, second] = [newOrder("SUCCESS-"), newOrder("SUCCESS-")];
  await south.watch([south.one(first)]);
  await expect.poll(() => local.lines.some((line) => line.includes('"event":"webhook_ended"')), wait).toBe(true);
  receiver.behave(ok);
  await south.watch([south.one(second)]);
  const told = async () => (await south.readAll()).events.map(({ data }) => data.merOrderId);
  await expect.poll(told, wait).toContain(second);
  // The refund has left the index of what is to be told, so that nobody is still about to post it.
  await expect
    .poll(() => local.lines.filter((line) => /"event":"refund_tell".*"told":1,.*"dead":1/.test(line)).length, wait)
    .toBe(2);
  expect(receiver.received.some(({ body }) => body.includes(second))).toBe(false);
});

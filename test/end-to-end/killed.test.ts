import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { refundKey } from "../../shared/aws/keys.ts";
import { readRefundItem } from "../../shared/aws/refund-item.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { localDynamoDb } from "../../tools/local-aws.ts";
import { useLocalRun } from "../support/local-run.ts";
import { newOrder } from "../support/partner.ts";
import { layout } from "../support/refund-items.ts";
import { callsOf, script } from "../support/simulator-control.ts";

// A lease is as long as the function's time, and the test waits for it to end.
const local = useLocalRun({ instances: 2, functionTimeoutMs: 5_000 });
const upstream = () => local.ready().upstreamUrl;

async function recordOf(merOrderId: string): Promise<Refund | undefined> {
  const { endpoint, table } = local.ready().dynamodb;
  const Key = refundKey({ mid: local.partner().mid, instMid: "APPDEFAULT", merOrderId });
  const { Item } = await localDynamoDb(endpoint).send(
    new GetItemCommand({ TableName: table, Key, ConsistentRead: true }),
  );
  return Item && readRefundItem(Item, layout);
}

function killAll(): void {
  for (const pid of local.pids("refund-query")) process.kill(pid, "SIGKILL");
}

async function askUntilAnswered(order: string): Promise<unknown> {
  for (;;) {
    const { status, body } = await local.partner().ask(order);
    if (status === 200) return body.recheck?.state;
    expect([409, 500]).toContain(status);
  }
}

test("killed while upstream is being asked, the refund is on record and due, and the next request works when the lease ends", async () => {
  const order = newOrder();
  await script(upstream(), order, [{ refundStatus: "SUCCESS", delayMs: 1_500 }, { refundStatus: "SUCCESS" }]);
  const asked = local.partner().ask(order);
  await expect.poll(async () => (await callsOf(upstream(), order)).length).toBe(1);
  killAll();
  expect((await asked).status).toBe(500);
  const left = await recordOf(order);
  expect(left).toMatchObject({ state: "pending", attempts: 0, reading: undefined });
  expect(left?.dueAt).toBeGreaterThan(Date.now());
  expect(await askUntilAnswered(order)).toBe("succeeded");
  expect(await callsOf(upstream(), order)).toHaveLength(2);
});

test("killed at any moment, a refund is either unknown and answered nobody, or on record and due or final", async () => {
  const orders = Array.from({ length: 24 }, () => newOrder());
  for (const order of orders) await script(upstream(), order, [{ refundStatus: "SUCCESS", delayMs: 15 }]);
  const asked = orders.map(async (order, i) => {
    await new Promise((resolve) => setTimeout(resolve, i * 4));
    return (await local.partner().ask(order)).status;
  });
  await new Promise((resolve) => setTimeout(resolve, 55));
  killAll();
  const statuses = await Promise.all(asked);
  expect(new Set(statuses)).toEqual(new Set([200, 500]));
  for (const [i, order] of orders.entries()) {
    const record = await recordOf(order);
    if (statuses[i] === 200) expect(record?.state).toBe("succeeded");
    if (record?.state === "pending") expect(record.dueAt).toBeDefined();
  }
  expect(await Promise.all(orders.map(askUntilAnswered))).toEqual(orders.map(() => "succeeded"));
});

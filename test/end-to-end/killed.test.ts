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

// A lease is as long as the function's time, and the tests wait for it to end. It is long enough for a slow machine to kill
// the function while ChinaUMS is being asked, and the function gives up 2 s before its end.
const functionTimeoutMs = 10_000;
const longestAnswerMs = 6_000;
const local = useLocalRun({ instances: 2, functionTimeoutMs });
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

/** No answer about the refund: another request has the lease, the function was killed, or ChinaUMS took too long. */
const unanswered = [409, 500, 504];

async function askUntilAnswered(order: string): Promise<unknown> {
  for (;;) {
    const { status, body } = await local.partner().ask(order);
    if (status === 200) return body.recheck?.state;
    expect(unanswered).toContain(status);
  }
}

test("killed while upstream is being asked, the refund is on record and due, and the next request works when the lease ends", async () => {
  const order = newOrder();
  await script(upstream(), order, [{ refundStatus: "SUCCESS", delayMs: longestAnswerMs }, { refundStatus: "SUCCESS" }]);
  const asked = local.partner().ask(order);
  await expect.poll(async () => (await callsOf(upstream(), order)).length, { interval: 10 }).toBe(1);
  killAll();
  expect((await asked).status).toBe(500);
  const left = await recordOf(order);
  expect(left).toMatchObject({ state: "pending", attempts: 0, reading: undefined });
  expect(left?.dueAt).toBeGreaterThan(left?.firstSeenAt ?? Number.POSITIVE_INFINITY);
  expect(await askUntilAnswered(order)).toBe("succeeded");
  expect(await callsOf(upstream(), order)).toHaveLength(2);
});

test("killed at any moment, a refund is either unknown and answered nobody, or on record and due or final", async () => {
  const orders = Array.from({ length: 24 }, () => newOrder());
  for (const [i, order] of orders.entries()) {
    // Answers come one after another, so that refunds are at every stage when a third of them is answered.
    const delayMs = i < 20 ? i * 15 : longestAnswerMs;
    await script(upstream(), order, [{ refundStatus: "SUCCESS", delayMs }, { refundStatus: "SUCCESS" }]);
  }
  let answered = 0;
  const asked = orders.map(async (order) => {
    const { status } = await local.partner().ask(order);
    if (++answered === 8) killAll();
    return status;
  });
  const statuses = await Promise.all(asked);
  expect(statuses).toEqual(expect.arrayContaining([200, 500]));
  for (const [i, order] of orders.entries()) {
    expect([200, ...unanswered]).toContain(statuses[i]);
    const record = await recordOf(order);
    if (statuses[i] === 200) expect(record?.state).toBe("succeeded");
    if (record?.state === "pending") expect(record.dueAt).toBeDefined();
  }
  expect(await Promise.all(orders.map(askUntilAnswered))).toEqual(orders.map(() => "succeeded"));
});

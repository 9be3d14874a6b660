import { BatchWriteItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import type { SweepSummary } from "../../functions/refund-recheck/recheck-due.ts";
import { readAnswerItem } from "../../shared/aws/answer-item.ts";
import type { Item } from "../../shared/aws/attributes.ts";
import { maxShards } from "../../shared/names.ts";
import { localDynamoDb } from "../../tools/local-aws.ts";
import { useLocalRun } from "../support/local-run.ts";
import { newOrder } from "../support/partner.ts";
import { layout, refundItem } from "../support/refund-items.ts";
import { checkOf, claimedRefund, keptAnswer, processing } from "../support/refunds.ts";
import { forgetScripts, script } from "../support/simulator-control.ts";

// The right to sweep ends 45 s after its last renewal, and the test waits for that; nothing sweeps by itself.
const local = useLocalRun({ functionTimeoutMs: 32_000, sweepEveryMs: 3_600_000, withoutStream: true });
const shards = Array.from({ length: maxShards }, (_, i) => String(i));

/** Fewer than the sweep has workers: while they wait for an answer, the sweep goes on and cannot end. */
const hanging = 20;

async function putDue(count: number): Promise<void> {
  const { endpoint, table } = local.ready().dynamodb;
  const client = localDynamoDb(endpoint);
  const answer = keptAnswer(checkOf(processing));
  const due = { mid: local.partner().mid, lease: undefined, dueAt: Date.now() - 1_000, answer };
  const orders = Array.from({ length: count }, () => newOrder("SUCCESS-"));
  for (const order of orders.slice(0, hanging)) {
    await script(local.ready().upstreamUrl, order, [{ refundStatus: "SUCCESS", delayMs: 3_600_000 }]);
  }
  const items = orders.map((merOrderId) => refundItem(claimedRefund({ ...due, merOrderId }), layout));
  for (let i = 0; i < items.length; i += 25) {
    const puts = items.slice(i, i + 25).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
  }
}

async function allItems(): Promise<Item[]> {
  const { endpoint, table } = local.ready().dynamodb;
  const items: Item[] = [];
  const pages = paginateScan({ client: localDynamoDb(endpoint) }, { TableName: table, ConsistentRead: true });
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
}

const settled = (items: Item[]) => items.filter(({ sk, state }) => sk?.S === "STATE" && state?.S === "succeeded");

test("killed in the middle of a sweep of 1,000 and run again, all settle, and each answer that they had is kept once", async () => {
  await putDue(1_000);
  const first = local.invoke("refund-recheck", { shards });
  await expect
    .poll(async () => settled(await allItems()).length, { timeout: 120_000, interval: 50 })
    .toBeGreaterThan(100);
  for (const pid of local.pids("refund-recheck")) process.kill(pid, "SIGKILL");
  await expect(first).rejects.toThrow();
  await forgetScripts(local.ready().upstreamUrl);
  // A write that was under way at the kill may still land after this count, so it is a lower bound.
  const half = settled(await allItems()).length;
  expect(half).toBeLessThan(1_000);

  const sweep = async () => ((await local.invoke("refund-recheck", { shards })) as SweepSummary).settled;
  let again = 0;
  await expect
    .poll(
      async () => {
        again += await sweep().catch(() => 0);
        return settled(await allItems()).length;
      },
      { timeout: 900_000, interval: 500 },
    )
    .toBe(1_000);
  expect(again).toBeGreaterThan(0);
  expect(again).toBeLessThanOrEqual(1_000 - half);
  const items = await allItems();
  expect(settled(items).every(({ version }) => version?.N === "2")).toBe(true);
  const answers = items.map(readAnswerItem).filter((answer) => answer !== undefined);
  expect(answers).toHaveLength(1_000);
  expect(answers.every(({ version, reading }) => version === 1 && reading.kind === "processing")).toBe(true);
}, 1_000_000);

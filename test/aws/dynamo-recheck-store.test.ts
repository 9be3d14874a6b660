import type { BatchGetItemCommandOutput, DynamoDBClient, QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { beforeEach, expect, test } from "vitest";
import { createDynamoRecheckStore } from "../../shared/aws/dynamo-recheck-store.ts";
import type { RecheckStore } from "../../shared/refund/recheck-store.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { refundItem, testLayout } from "../support/refund-items.ts";
import { claimedRefund, hourMs, start } from "../support/refunds.ts";
import { conflictCancellation, failOnce, newTable, putItem, storeOn, storeOptions } from "../support/tables.ts";

let table: { client: DynamoDBClient; table: string };
let store: RecheckStore;
beforeEach(async () => {
  table = await newTable();
  store = createDynamoRecheckStore({ ...storeOptions(table), now: () => start });
});

/** Puts a refund that is due so many ms after the start into the shard "0". */
async function put(dueMs: number, merOrderId?: string): Promise<Refund> {
  const refund = claimedRefund({ dueAt: start + dueMs, ...(merOrderId !== undefined && { merOrderId }) });
  await putItem(table, refundItem(refund, { ...testLayout, shards: 1 }));
  return refund;
}
const readDue = async (nowMs: number) => await store.readDue("0", start + nowMs, undefined, start + hourMs);

test("of a shard the longest due comes first, whatever the order in which the table gives them", async () => {
  for (const dueMs of [3, 1, 4, 2, 9]) await put(dueMs);
  table.client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        if (commandName === "BatchGetItemCommand") {
          const { Responses = {} } = result.output as BatchGetItemCommandOutput;
          for (const items of Object.values(Responses))
            items.sort((a, b) => (Number(a.dueAt?.N) % 3) - (Number(b.dueAt?.N) % 3));
        }
        return result;
      },
    { step: "initialize" },
  );
  const { refunds, next } = await readDue(4);
  expect(refunds.map(({ dueAt }) => (dueAt ?? 0) - start)).toEqual([1, 2, 3, 4]);
  expect(next).toBeUndefined();
});

test("what has been checked since the index was read is not due any more", async () => {
  const [checked, due] = [await put(1), await put(2)];
  table.client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === "BatchGetItemCommand") await put(hourMs, checked.merOrderId);
        return await next(args);
      },
    { step: "initialize" },
  );
  const { refunds } = await readDue(2);
  expect(refunds.map(({ merOrderId }) => merOrderId)).toEqual([due.merOrderId]);
});

test("one entry of the index says when the longest due came due, and a page has five hundred", async () => {
  const limits: unknown[] = [];
  table.client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === "QueryCommand") limits.push((args.input as QueryCommandInput).Limit);
        return await next(args);
      },
    { step: "initialize" },
  );
  expect(await store.oldestDueAt("0", start)).toBeUndefined();
  await put(2);
  await put(1);
  expect(await store.oldestDueAt("0", start)).toBeUndefined();
  expect(await store.oldestDueAt("0", start + 2)).toBe(start + 1);
  await readDue(2);
  expect(limits).toEqual([1, 1, 1, 500]);
});

test("a verification is written down though its refund is busy just then", async () => {
  const refund = claimedRefund({ state: "succeeded", dueAt: start, verifyRequestedAt: start, lease: undefined });
  await putItem(table, refundItem(refund));
  failOnce(table.client, conflictCancellation);
  const reading = { kind: "settled", outcome: "succeeded" } as const;
  await store.recordVerification(refund, {
    at: start,
    reading,
    code: undefined,
    matchedBy: undefined,
    contradicts: false,
    latencyMs: 30,
    fields: undefined,
  });
  expect(await storeOn(table).read(refund)).toMatchObject({ dueAt: undefined, verifyRequestedAt: undefined });
});

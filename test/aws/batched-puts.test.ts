import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { beforeEach, expect, test } from "vitest";
import { createBatchedPuts } from "../../shared/aws/batched-puts.ts";
import { sendTo } from "../../shared/aws/send-to.ts";
import { newTable, recordOperations } from "../support/tables.ts";

let client: DynamoDBClient;
let table: string;
beforeEach(async () => {
  ({ client, table } = await newTable());
});

const item = (number: number) => ({ pk: { S: "P" }, sk: { S: String(number) } });
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const putter = () => createBatchedPuts({ send: sendTo(client), table, sleep, random: Math.random });

async function stored(): Promise<number> {
  return (await client.send(new ScanCommand({ TableName: table }))).Count ?? 0;
}

test("items that come together are put in requests of 25, and all are there when their puts are done", async () => {
  const operations = recordOperations(client);
  const put = putter();
  await Promise.all(Array.from({ length: 60 }, (_, i) => put(item(i))));
  expect(operations).toEqual(["BatchWriteItem", "BatchWriteItem", "BatchWriteItem"]);
  expect(await stored()).toBe(60);
});

test("an item that comes alone does not wait for others", async () => {
  await putter()(item(1));
  expect(await stored()).toBe(1);
});

/** Answers a request in DynamoDB's place as long as it gives something. */
function inPlaceOfDynamoDb(answer: (input: { RequestItems: Record<string, unknown[]> }) => object | undefined): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const output = commandName === "BatchWriteItemCommand" ? answer(args.input as never) : undefined;
        return output === undefined ? await next(args) : ({ output, response: {} } as never);
      },
    { step: "initialize" },
  );
}

test("what DynamoDB leaves unprocessed is put again until it is stored", async () => {
  let times = 0;
  inPlaceOfDynamoDb(({ RequestItems }) => (++times <= 2 ? { UnprocessedItems: RequestItems } : undefined));
  await putter()(item(1));
  expect(times).toBe(3);
  expect(await stored()).toBe(1);
});

test("what stays unprocessed, or fails, fails the puts of that request alone", async () => {
  inPlaceOfDynamoDb(({ RequestItems }) =>
    JSON.stringify(RequestItems).includes('"7"') ? { UnprocessedItems: RequestItems } : undefined,
  );
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const put = createBatchedPuts({ send: sendTo(client), table, sleep: wait, random: () => 0.25 });
  await expect(put(item(7))).rejects.toMatchObject({ code: "RECORD_UNAVAILABLE" });
  expect(waits).toEqual([5, 30, 60, 120, 240]);
  await put(item(8));
  expect(await stored()).toBe(1);
});

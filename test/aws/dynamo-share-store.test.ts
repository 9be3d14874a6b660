import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { createDynamoShareStore } from "../../shared/aws/dynamo-share-store.ts";
import { start } from "../support/refunds.ts";
import { newTable, recordOperations, storeOptions } from "../support/tables.ts";

const never = 0;

async function newShares() {
  const table = await newTable();
  const operations = recordOperations(table.client);
  const at = (now: number) => createDynamoShareStore({ ...storeOptions(table), now: () => now });
  return { table, operations, at };
}

test("what is taken adds up, for each partner by itself", async () => {
  const { at } = await newShares();
  expect(await at(start).spend("north", 50, never)).toBe(start + 50);
  expect(await at(start + 10).spend("north", 100, start + 50)).toBe(start + 150);
  expect(await at(start + 10).spend("south", 100, never)).toBe(start + 110);
});

test("a share that is whole again begins anew", async () => {
  const { at } = await newShares();
  await at(start).spend("north", 50, never);
  expect(await at(start + 50).spend("north", 50, start + 50)).toBe(start + 100);
});

test.each([
  ["another instance has taken of it", start, never],
  ["it is whole already", start + 900, start + 1_000],
])("a guess that is wrong because %s costs a second write", async (_, now, expected) => {
  const { at, operations } = await newShares();
  await at(start).spend("north", 50, never);
  operations.length = 0;
  expect(await at(now).spend("north", 50, expected)).toBe(Math.max(now, start + 50) + 50);
  expect(operations).toEqual(["UpdateItem", "UpdateItem"]);
});

test("many instances at once lose nothing", async () => {
  const { at } = await newShares();
  await Promise.all(Array.from({ length: 20 }, () => at(start).spend("north", 50, never)));
  expect(await at(start).spend("north", 50, start + 1_000)).toBe(start + 21 * 50);
});

test("the item ends an hour after it was last written", async () => {
  const { table, at } = await newShares();
  await at(start).spend("north", 50, never);
  await at(start + 10_000).spend("north", 50, never);
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.table }));
  expect(Items.map(({ pk, ttl }) => [pk?.S, Number(ttl?.N)])).toEqual([["SHARE#north", start / 1_000 + 10 + 3_600]]);
});

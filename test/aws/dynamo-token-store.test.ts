import { type GetItemCommandInput, ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { createDynamoTokenStore } from "../../shared/aws/dynamo-token-store.ts";
import type { TokenRecord } from "../../shared/chinaums/auth/token-record.ts";
import { hourMs, start } from "../support/refunds.ts";
import { newTable, putItem, storeOptions } from "../support/tables.ts";

const empty: TokenRecord = { version: 1, token: undefined, lease: undefined, failure: undefined };
const lease = { owner: "instance", until: start + 8_000 };
const failure = { at: start + 9_000, reading: { kind: "unclear", cause: "gateway" }, code: "TOKEN_9999" } as const;
const token = { value: "token", issuedAt: start, expiresAt: start + hourMs, replaceableAt: start };

test.each([
  ["nothing", {}, 0],
  ["a lease", { lease }, lease.until],
  ["a failure", { failure }, failure.at],
  ["a lease and a failure", { lease, failure }, failure.at],
  ["a token and more", { token, lease, failure }, token.expiresAt],
])("a record with %s is read back, and ends an hour after the last of it", async (_, more, lastAt) => {
  const table = await newTable();
  const store = createDynamoTokenStore(storeOptions(table));
  const record = { ...empty, ...more };
  expect(await store.replace("app", undefined, record)).toBe(true);
  expect(await store.read("app")).toEqual(record);
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.table }));
  expect(Items.map(({ ttl }) => Number(ttl?.N))).toEqual([(lastAt + hourMs) / 1_000]);
});

test("an instant that a record lacks is read as long past, so that nobody relies on it", async () => {
  const table = await newTable();
  const [value, reading] = [{ S: "token" }, { S: "unclear/gateway" }];
  await putItem(table, {
    ...{ pk: { S: "TOKEN#app" }, sk: { S: "TOKEN" }, version: { N: "3" } },
    ...{ token: value, failedReading: reading, leaseUntil: { N: "7" } },
  });
  expect(await createDynamoTokenStore(storeOptions(table)).read("app")).toEqual({
    version: 3,
    lease: { owner: "", until: 7 },
    token: { value: "token", issuedAt: 0, expiresAt: 0, replaceableAt: 0 },
    failure: { at: 0, reading: { kind: "unclear", cause: "gateway" }, code: "" },
  });
});

test("a record is read as it stands now, and not as it stood a moment ago", async () => {
  const table = await newTable();
  const reads: unknown[] = [];
  table.client.middlewareStack.add(
    (next) => async (args) => {
      reads.push((args.input as GetItemCommandInput).ConsistentRead);
      return await next(args);
    },
    { step: "initialize" },
  );
  expect(await createDynamoTokenStore(storeOptions(table)).read("app")).toBeUndefined();
  expect(reads).toEqual([true]);
});

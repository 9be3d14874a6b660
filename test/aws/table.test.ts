import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { createTable } from "../../shared/aws/table.ts";
import { newTable, storeOptions } from "../support/tables.ts";

async function tableThatWaits(random = 1) {
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  const options = storeOptions(await newTable());
  return { table: createTable({ ...options, sleep, random: () => random }), client: options.client, waits };
}

test("a write of a busy item is tried eight times, after waits that double to 400 ms, each cut by chance", async () => {
  const { table, waits } = await tableThatWaits(0.5);
  let tries = 0;
  const busy = table.whileBusy(async () => {
    tries++;
    return "busy";
  });
  await expect(busy).rejects.toMatchObject({
    code: "RECORD_UNAVAILABLE",
    cause: new Error("the item stayed busy"),
  });
  expect(tries).toBe(8);
  expect(waits).toEqual([20, 40, 80, 160, 200, 200, 200]);
});

test("it is tried no more once it has gone through", async () => {
  const { table, waits } = await tableThatWaits();
  let tries = 0;
  expect(await table.whileBusy(async () => (++tries < 3 ? "busy" : "written"))).toBe("written");
  expect(waits).toEqual([40, 80]);
});

test("of two writes in a row the one that failed is told in its place, and none is made", async () => {
  const { table } = await tableThatWaits();
  const put = (sk: string, ...more: [condition?: string]) => ({
    write: { put: { pk: { S: "P" }, sk: { S: sk } } },
    condition: more[0],
  });
  await table.write(put("there"));
  const failures = await table.writeAll([put("new"), put("there", "attribute_not_exists(pk)")]);
  expect(failures).toEqual([undefined, { item: { pk: { S: "P" }, sk: { S: "there" } }, busy: false }]);
  expect((await table.write(put("new", "attribute_not_exists(pk)"))).failure).toBeUndefined();
});

test("a cancellation for a reason that is no outcome is trouble, whatever the other reasons are", async () => {
  const { table, client } = await tableThatWaits();
  client.middlewareStack.add(
    () => () => {
      const CancellationReasons = [{ Code: "ConditionalCheckFailed" }, { Code: "ValidationError" }];
      throw new TransactionCanceledException({ message: "cancelled", $metadata: {}, CancellationReasons });
    },
    { step: "initialize" },
  );
  const write = { write: { put: { pk: { S: "P" }, sk: { S: "S" } } } };
  await expect(table.writeAll([write, write])).rejects.toMatchObject({ code: "RECORD_UNAVAILABLE" });
});

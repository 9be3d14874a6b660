import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { exportRefunds } from "../../operate/export-refunds.ts";
import { importRefunds } from "../../operate/import-refunds.ts";
import type { Item } from "../../shared/aws/attributes.ts";
import { newTable, putItem } from "../support/tables.ts";

type Place = Awaited<ReturnType<typeof newTable>>;

const pk = (number: number) => ({ S: `REFUND#898310148160568#APPDEFAULT#ORDER-${number}` });
const state = (number: number, version: number, more: Item = {}): Item => ({
  pk: pk(number),
  sk: { S: "STATE" },
  version: { N: String(version) },
  ...more,
});
const answer = (number: number): Item => ({
  pk: pk(number),
  sk: { S: "ANSWER#000002" },
  fields: { M: { a: { S: "退款" } } },
});

async function itemsOf({ client, table }: Place): Promise<Item[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
  return Items.toSorted((a, b) => `${a.pk?.S} ${a.sk?.S}`.localeCompare(`${b.pk?.S} ${b.sk?.S}`));
}

async function linesOf(place: Place): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of exportRefunds(place)) lines.push(line);
  return lines;
}

const importInto = (place: Place, lines: readonly string[]) =>
  importRefunds({ ...place, lines: createInterface({ input: Readable.from(lines) }) });

test("what is exported and imported is the same to the attribute, also one that this version does not know", async () => {
  const [from, to] = await Promise.all([newTable(), newTable()]);
  const items = Array.from({ length: 300 }, (_, i) => [
    state(i, 7, {
      dueShard: { S: "3" },
      dueAt: { N: "1790000000000" },
      ofTomorrow: { L: [{ N: "1" }, { NULL: true }] },
    }),
    answer(i),
  ]).flat();
  for (const item of items) await putItem(from, item);
  expect(await importInto(to, await linesOf(from))).toEqual({ written: 600, kept: 0 });
  expect(await itemsOf(to)).toEqual(await itemsOf(from));
  expect(await importInto(to, await linesOf(from))).toEqual({ written: 0, kept: 600 });
});

test("secrets, leases and partners' keys are not exported", async () => {
  const from = await newTable();
  await putItem(from, state(1, 1));
  for (const prefix of ["TOKEN#app", "SWEEP#0", "KEY#acme#digest"]) {
    await putItem(from, { pk: { S: prefix }, sk: { S: "IT" } });
  }
  expect((await linesOf(from)).map((line) => (JSON.parse(line) as Item).sk?.S)).toEqual(["STATE"]);
});

test("an import writes over what is older, and never over what is as new or newer", async () => {
  const [from, to] = await Promise.all([newTable(), newTable()]);
  const told = (text: string) => ({ state: { S: text } });
  await putItem(from, state(1, 5, told("pending")));
  await putItem(to, state(1, 6, told("succeeded")));
  await putItem(from, state(2, 5, told("succeeded")));
  await putItem(to, state(2, 4, told("pending")));
  await putItem(from, state(3, 5, told("pending")));
  await putItem(to, state(3, 5, told("failed")));
  await putItem(from, state(5, 9, told("pending")));
  await putItem(to, state(5, 2, told("succeeded")));
  await putItem(from, answer(4));
  await putItem(to, { ...answer(4), fields: { M: {} } });
  expect(await importInto(to, await linesOf(from))).toEqual({ written: 1, kept: 4 });
  expect((await itemsOf(to)).map(({ state, version }) => [state?.S, version?.N])).toEqual([
    ["succeeded", "6"],
    ["succeeded", "5"],
    ["failed", "5"],
    [undefined, undefined],
    ["succeeded", "2"],
  ]);
});

test("a line that is no item of a refund is named, and what stands before it is written", async () => {
  const to = await newTable();
  const good = JSON.stringify(state(1, 1));
  await expect(importInto(to, [`${good}\n`, "{\n"])).rejects.toThrow("line 2 is not JSON");
  const token = JSON.stringify({ pk: { S: "TOKEN#app" }, sk: { S: "TOKEN" } });
  await expect(importInto(to, [`${good}\n`, "\n", `${token}\n`])).rejects.toThrow("line 3 is no item of a refund");
  expect(await itemsOf(to)).toHaveLength(1);
});

import type { BatchGetItemCommandInput, BatchGetItemCommandOutput } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import type { Item } from "../../shared/aws/attributes.ts";
import { type BatchedReadsDeps, createBatchedReads } from "../../shared/aws/batched-reads.ts";

const keysOf = (count: number): Item[] => Array.from({ length: count }, (_, i) => ({ pk: { S: String(i) } }));

/** Reads from a table that leaves the rest of a batch unread whenever it has given `atOnce` items. */
function reading(atOnce: number, random = 0) {
  let now = 0;
  const batches: number[] = [];
  const waits: number[] = [];
  const send = async ({ input }: { input: BatchGetItemCommandInput }): Promise<Partial<BatchGetItemCommandOutput>> => {
    const { Keys = [], ConsistentRead } = input.RequestItems?.table ?? {};
    expect(ConsistentRead).toBe(true);
    batches.push(Keys.length);
    const left = Keys.slice(atOnce);
    return {
      Responses: { table: Keys.slice(0, atOnce) },
      ...(left.length > 0 && { UnprocessedKeys: { table: { Keys: left } } }),
    };
  };
  const read = createBatchedReads({
    send: send as unknown as BatchedReadsDeps["send"],
    table: "table",
    now: () => now,
    random: () => random,
    sleep: async (ms) => {
      waits.push(ms);
      now += ms;
    },
  });
  return { read, batches, waits };
}

test("items are read a hundred at a time, and none twice", async () => {
  const { read, batches, waits } = reading(100);
  const items = await read(keysOf(201), 1_000);
  expect(new Set(items.map(({ pk }) => pk?.S)).size).toBe(201);
  expect(items).toHaveLength(201);
  expect([batches, waits]).toEqual([[100, 100, 1], []]);
});

test("nothing is asked where there is nothing to read", async () => {
  const { read, batches } = reading(100);
  expect([await read([], 1_000), batches]).toEqual([[], []]);
});

test.each([
  [0, 50],
  [0.5, 75],
])("what the table leaves unread is read after a wait, by chance of %d of %d ms", async (random, waitMs) => {
  const { read, batches, waits } = reading(2, random);
  expect(await read(keysOf(5), 1_000)).toEqual(keysOf(5));
  expect([batches, waits]).toEqual([
    [5, 3, 1],
    [waitMs, waitMs],
  ]);
});

test("it is given up before a wait that would end at the time to give up", async () => {
  expect(await reading(2).read(keysOf(4), 51)).toHaveLength(4);
  const late = reading(2);
  await expect(late.read(keysOf(4), 50)).rejects.toMatchObject({
    code: "RECORD_UNAVAILABLE",
    cause: new Error("the table left items unread"),
  });
  expect(late.waits).toEqual([]);
});

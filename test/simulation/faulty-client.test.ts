import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  GetItemCommand,
  InternalServerError,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, test } from "vitest";
import { createFaultyClient, type Faults, noFaults, type Try } from "./table/faulty-client.ts";
import { createSimulatedTable, type SimulatedTable } from "./table/simulated-table.ts";

const TableName = "table";
let clock: ReturnType<typeof createClock>;
let table: SimulatedTable;
let lagMs: number;
let tries: Try[];
beforeEach(() => {
  clock = createClock();
  lagMs = 0;
  tries = [];
  const due = { name: "due", hash: "dueShard", range: "dueAt", projection: "KEYS_ONLY" } as const;
  table = createSimulatedTable({
    name: TableName,
    indexes: [due],
    numericKeys: ["dueAt"],
    now: clock.now,
    indexLagMs: () => lagMs,
  });
});

/** Instants pass when everybody waits: the earliest sleeper wakes next. */
function createClock() {
  let now = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms: number) => new Promise<void>((wake) => sleepers.push({ at: now + ms, wake })),
    /** What becomes of a call, with time going by until it has ended and everybody sleeps no more. */
    async pass<T>(call: Promise<T>): Promise<T> {
      for (call.catch(() => undefined); ; ) {
        for (let i = 0; i < 20; i++) await Promise.resolve();
        const next = sleepers.sort((a, b) => a.at - b.at).shift();
        if (next === undefined) return await call;
        now = next.at;
        next.wake();
      }
    },
  };
}

/** A small generator of good enough chance: the same seed gives the same numbers. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function clientWith(faults: Partial<Faults>, { seed = 1, maxAttempts = 3 } = {}) {
  const { now, sleep } = clock;
  const tell = (happened: Try) => tries.push(happened);
  return createFaultyClient({
    table,
    // Not spread, because some of them say something else every time.
    faults: Object.create(noFaults, Object.getOwnPropertyDescriptors(faults)),
    random: seeded(seed),
    now,
    sleep,
    maxAttempts,
    tell,
  });
}
const came = () => tries.map(({ came }) => came);

const key = { pk: { S: "p" }, sk: { S: "s" } };
const put = (version: number) =>
  new PutItemCommand({
    TableName,
    Item: { ...key, version: { N: String(version) } },
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
const addOne = { ":one": { N: "1" } };
const increment = { TableName, Key: key, UpdateExpression: "ADD n :one", ExpressionAttributeValues: addOne };
const incrementing = new UpdateItemCommand(increment);
const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Update: increment }] });
const putIn = (shard: string, dueAt: number) =>
  new PutItemCommand({ TableName, Item: { ...key, dueShard: { S: shard }, dueAt: { N: String(dueAt) } } });

/** A rate that is 1 so many times, and then 0. */
function times(count: number): () => number {
  let left = count;
  return () => (left-- > 0 ? 1 : 0);
}
function losingAnswers(count: number): Partial<Faults> {
  const next = times(count);
  return {
    get lostAnswer() {
      return next();
    },
  };
}
const failureOf = (call: Promise<unknown>): Promise<unknown> => clock.pass(call).catch((error: unknown) => error);

describe("an answer that is lost", () => {
  test("leaves the write in the table, and fails like a broken connection", async () => {
    const failure = await failureOf(clientWith({ lostAnswer: 1 }, { maxAttempts: 1 }).send(put(1)));
    expect(failure).toMatchObject({ name: "TimeoutError", code: "ECONNRESET" });
    expect(table.items()).toEqual([{ ...key, version: { N: "1" } }]);
    expect(clock.now()).toBe(noFaults.timeoutMs);
  });

  test("lets the retry of a conditional write meet its own effect", async () => {
    const failure = await failureOf(clientWith(losingAnswers(1)).send(put(1)));
    expect(failure).toBeInstanceOf(ConditionalCheckFailedException);
    expect(failure).toMatchObject({ Item: { ...key, version: { N: "1" } } });
    expect(came()).toEqual(["lost answer", "done"]);
  });

  test("lets an update happen again with every retry, but a transaction once", async () => {
    await clock.pass(clientWith(losingAnswers(2)).send(incrementing));
    expect(table.items()).toMatchObject([{ n: { N: "3" } }]);
    await clock.pass(clientWith(losingAnswers(2)).send(transaction));
    expect(table.items()).toMatchObject([{ n: { N: "4" } }]);
  });

  test("may be the answer that a condition did not hold", async () => {
    await clock.pass(clientWith({}).send(put(1)));
    const failure = await failureOf(clientWith({ lostAnswer: 1 }).send(put(2)));
    expect(failure).toMatchObject({ name: "TimeoutError" });
  });
});

describe("a request", () => {
  test("that never arrives does nothing", async () => {
    expect(await failureOf(clientWith({ lostRequest: 1 }).send(put(1)))).toMatchObject({ code: "ECONNRESET" });
    expect(came()).toEqual(["lost request", "lost request", "lost request"]);
    expect(table.items()).toEqual([]);
  });

  test("that arrives late takes effect after its sender has given it up", async () => {
    const call = clientWith({ lateRequest: 1, lateMs: [500, 500] }, { maxAttempts: 1 }).send(put(1));
    let whenGivenUp: unknown;
    await failureOf(
      call.catch((error) => {
        whenGivenUp = table.items();
        throw error;
      }),
    );
    await clock.pass(clock.sleep(1_000));
    expect(whenGivenUp).toEqual([]);
    expect(table.items()).toHaveLength(1);
  });

  test("takes its time both ways", async () => {
    await clock.pass(clientWith({ latencyMs: [20, 20] }).send(put(1)));
    expect(clock.now()).toBe(40);
  });

  test("is tried again when it is throttled, which it is before it takes effect", async () => {
    const failure = await failureOf(clientWith({ throttled: 1 }).send(incrementing));
    expect(failure).toBeInstanceOf(ProvisionedThroughputExceededException);
    expect(came()).toEqual(["throttled", "throttled", "throttled"]);
    expect(table.items()).toEqual([]);
  });

  test("of a write may meet a transaction, and is not tried again", async () => {
    expect(await failureOf(clientWith({ conflict: 1 }).send(put(1)))).toBeInstanceOf(TransactionConflictException);
    const failure = await failureOf(clientWith({ conflict: 1 }).send(transaction));
    expect(failure).toBeInstanceOf(TransactionCanceledException);
    expect(failure).toMatchObject({ CancellationReasons: [{ Code: "TransactionConflict" }] });
    expect(table.items()).toEqual([]);
    await clock.pass(clientWith({ conflict: 1 }).send(new GetItemCommand({ TableName, Key: key })));
    expect(came()).toEqual(["conflict", "conflict", "done"]);
  });
});

describe("a batch", () => {
  const items = Array.from({ length: 25 }, (_, i) => ({ pk: { S: `p${i}` }, sk: { S: "s" } }));
  const puts = items.map((Item) => ({ PutRequest: { Item } }));
  const writing = new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } });
  const reading = new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: items, ConsistentRead: true } } });

  test("that is taken in part gives back the rest, in a form that can be sent again", async () => {
    const { UnprocessedItems } = await clock.pass(clientWith({ partialBatch: 1 }).send(writing));
    const left = UnprocessedItems?.[TableName] ?? [];
    expect(left.length).toBeGreaterThan(0);
    expect(table.items().length + left.length).toBe(25);
    await clock.pass(clientWith({}).send(new BatchWriteItemCommand({ RequestItems: UnprocessedItems ?? {} })));
    expect(table.items()).toHaveLength(25);

    const { Responses, UnprocessedKeys } = await clock.pass(clientWith({ partialBatch: 1 }).send(reading));
    const unread = UnprocessedKeys?.[TableName];
    expect(unread?.ConsistentRead).toBe(true);
    expect((Responses?.[TableName]?.length ?? 0) + (unread?.Keys?.length ?? 0)).toBe(25);
    expect(unread?.Keys?.length).toBeGreaterThan(0);
  });

  test("comes back as it was for as long as batches fail", async () => {
    const client = clientWith({ outages: [{ from: 0, until: 1_000, fails: "batches" }] });
    expect((await clock.pass(client.send(writing))).UnprocessedItems).toEqual({ [TableName]: puts });
    const unread = (await clock.pass(client.send(reading))).UnprocessedKeys;
    expect(unread).toEqual({ [TableName]: { Keys: items, ConsistentRead: true } });
    await clock.pass(clock.sleep(1_000));
    expect((await clock.pass(client.send(writing))).UnprocessedItems).toEqual({});
  });
});

test("in an outage every call fails, from one instant until another", async () => {
  const client = clientWith({ outages: [{ from: 1_000, until: 2_000, fails: "calls" }] }, { maxAttempts: 1 });
  await clock.pass(client.send(incrementing));
  await clock.pass(clock.sleep(1_000));
  expect(await failureOf(client.send(incrementing))).toBeInstanceOf(InternalServerError);
  expect(await failureOf(client.send(new GetItemCommand({ TableName, Key: key })))).toBeInstanceOf(InternalServerError);
  await clock.pass(clock.sleep(1_000));
  await clock.pass(client.send(incrementing));
  expect(table.items()).toMatchObject([{ n: { N: "2" } }]);
});

describe("an index that lags", () => {
  const dueIn = async (shard: string) => {
    const { Items = [] } = await clock.pass(
      clientWith({}).send(
        new QueryCommand({
          TableName,
          IndexName: "due",
          KeyConditionExpression: "dueShard = :shard AND dueAt <= :now",
          ExpressionAttributeValues: { ":shard": { S: shard }, ":now": { N: "100" } },
        }),
      ),
    );
    return Items.map(({ dueAt }) => dueAt?.N);
  };

  test("shows a write after a while, which the table shows at once", async () => {
    lagMs = 300;
    await clock.pass(clientWith({}).send(putIn("0", 7)));
    expect(table.items()).toHaveLength(1);
    expect(await dueIn("0")).toEqual([]);
    await clock.pass(clock.sleep(299));
    expect(await dueIn("0")).toEqual([]);
    await clock.pass(clock.sleep(1));
    expect(await dueIn("0")).toEqual(["7"]);
  });

  test("never shows the writes of one item in another order", async () => {
    lagMs = 300;
    await clock.pass(clientWith({}).send(putIn("0", 7)));
    lagMs = 0;
    await clock.pass(clientWith({}).send(putIn("1", 8)));
    expect([await dueIn("0"), await dueIn("1")]).toEqual([[], []]);
    await clock.pass(clock.sleep(300));
    expect([await dueIn("0"), await dueIn("1")]).toEqual([[], ["8"]]);
  });
});

test("the same seed gives the same trace, and another seed another", async () => {
  const traceOf = async (seed: number) => {
    tries = [];
    clock = createClock();
    table = createSimulatedTable({
      name: TableName,
      indexes: [],
      numericKeys: [],
      now: clock.now,
      indexLagMs: () => 0,
    });
    const faults = { latencyMs: [1, 9], throttled: 0.2, conflict: 0.2, lostAnswer: 0.2, lateRequest: 0.1 } as const;
    const client = clientWith({ ...faults, lateMs: [0, 5_000] }, { seed });
    const calls = Array.from({ length: 50 }, (_, i) =>
      i % 2 === 0 ? client.send(incrementing) : client.send(transaction),
    );
    const ends = await clock.pass(Promise.allSettled(calls));
    return { tries, items: table.items(), ends: ends.map(({ status }) => status) };
  };
  const trace = await traceOf(1);
  expect(await traceOf(1)).toEqual(trace);
  expect(await traceOf(2)).not.toEqual(trace);
  expect(new Set(trace.tries.map(({ came }) => came)).size).toBe(5);
});

test("nobody shares state with the table", async () => {
  const client = clientWith({});
  const Item = { ...key, tags: { SS: ["a"] }, more: { M: { x: { N: "1" } } } };
  await clock.pass(client.send(new PutItemCommand({ TableName, Item })));
  Item.tags.SS.push("b");
  Item.more.M.x.N = "2";
  const get = async () => (await clock.pass(client.send(new GetItemCommand({ TableName, Key: key })))).Item ?? {};
  const read = await get();
  expect(read).toEqual({ ...key, tags: { SS: ["a"] }, more: { M: { x: { N: "1" } } } });
  delete read.tags;
  const again = await get();
  expect(() => Object.assign(again.more?.M?.x ?? {}, { N: "3" })).toThrow(TypeError);
  expect(() => again.tags?.SS?.push("c")).toThrow(TypeError);
  expect(await get()).toEqual({ ...key, tags: { SS: ["a"] }, more: { M: { x: { N: "1" } } } });
});

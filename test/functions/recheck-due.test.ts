import { type DynamoDBClient, PutItemCommand, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { createRecheckDue, type RecheckDueDeps } from "../../functions/refund-recheck/recheck-due.ts";
import { createDynamoRecheckStore } from "../../shared/aws/dynamo-recheck-store.ts";
import { maxShards, readAnswerItem, readRefundItem, refundItem, refundKey } from "../../shared/aws/refund-items.ts";
import type { Check } from "../../shared/refund/check.ts";
import type { CheckUpstream } from "../../shared/refund/question.ts";
import type { Reading } from "../../shared/refund/reading.ts";
import { defaultLadders, parseLadder } from "../../shared/refund/recheck-ladder.ts";
import type { RecheckStore } from "../../shared/refund/recheck-store.ts";
import { isFinal, type KeptAnswer, type Refund } from "../../shared/refund/refund.ts";
import {
  checkOf,
  claimedRefund,
  dayMs,
  failed,
  minuteMs,
  mismatch,
  notFound,
  processing,
  refused,
  start,
  succeeded,
  timedOut,
} from "../support/refunds.ts";
import { loseNextAnswer, newTable, recordOperations, storeOptions, testAnswerMembers } from "../support/tables.ts";

const allShards = Array.from({ length: maxShards }, (_, i) => String(i));
let client: DynamoDBClient;
let table: string;
let store: RecheckStore;
let now: number;
let asked: string[];
beforeEach(async () => {
  ({ client, table } = await newTable());
  store = createDynamoRecheckStore(storeOptions({ client, table }));
  now = start + minuteMs;
  asked = [];
});

let owners = 0;
function rechecking(answer: (merOrderId: string) => Check | Promise<Check>, overrides: Partial<RecheckDueDeps> = {}) {
  const checkUpstream: CheckUpstream = async ({ merOrderId }) => {
    asked.push(merOrderId);
    return await answer(merOrderId);
  };
  const recheckDue = createRecheckDue({
    store,
    checkUpstream,
    ladders: defaultLadders,
    concurrency: 10,
    now: () => now,
    random: () => 0.5,
    newOwner: () => `sweeper-${++owners}`,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref()),
    ...overrides,
  });
  return (shards = allShards, endsAt = now + 300_000) => recheckDue(shards, endsAt, () => undefined);
}
const says = (reading: Reading) => () => checkOf(reading);

/** Refunds as a first claim leaves them, whose holder has died; due at `start + 1 min`. */
async function dueRefunds(count: number, overrides: Partial<Refund> = {}, shards = maxShards): Promise<Refund[]> {
  const refunds = Array.from({ length: count }, () => claimedRefund(overrides));
  const layout = { shards, answerMembers: testAnswerMembers };
  await Promise.all(
    refunds.map((refund) => client.send(new PutItemCommand({ TableName: table, Item: refundItem(refund, layout) }))),
  );
  return refunds;
}

async function allItems() {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
  const refunds = Items.filter(({ sk }) => sk?.S === "STATE").map((item) =>
    readRefundItem(item, { answerMembers: testAnswerMembers }),
  );
  return { refunds, answers: Items.filter(({ sk }) => sk?.S?.startsWith("ANSWER#")) };
}

describe("a sweep", () => {
  test("asks about every refund that is due, and about no other", async () => {
    const due = await dueRefunds(30);
    await dueRefunds(5, { dueAt: start + 2 * minuteMs });
    const summary = await rechecking(says(succeeded))();
    expect(asked.toSorted()).toEqual(due.map(({ merOrderId }) => merOrderId).toSorted());
    expect(summary).toMatchObject({
      due: 30,
      asked: 30,
      settled: 30,
      stillPending: 0,
      byReading: { "settled/succeeded": 30 },
    });
    const { refunds } = await allItems();
    const succeededWithProof = ({ state, answer }: Refund) =>
      state === "succeeded" && answer?.reading.kind === "settled";
    expect(refunds.filter(succeededWithProof)).toHaveLength(30);
  });

  test("finds nothing due again at once, and the refunds it left pending when they come due", async () => {
    await dueRefunds(5);
    const sweep = rechecking(says(processing));
    expect((await sweep()).stillPending).toBe(5);
    expect((await sweep()).due).toBe(0);
    now += minuteMs;
    expect((await sweep()).due).toBe(5);
  });

  test("tells how late it came, and how old the oldest pending refund is", async () => {
    await dueRefunds(2);
    now = start + 10 * minuteMs;
    expect(await rechecking(says(processing))()).toMatchObject({
      maxLagMs: 9 * minuteMs,
      oldestPendingMs: 10 * minuteMs,
    });
  });

  test("sends a refund to review when its ladder is spent, and says so once", async () => {
    await dueRefunds(1);
    const sweep = rechecking(says(processing), { ladders: { open: parseLadder("1m"), notFound: parseLadder("1m") } });
    expect((await sweep()).needsReview).toBe(0);
    now += minuteMs;
    expect((await sweep()).needsReview).toBe(1);
    now += dayMs;
    expect(await sweep()).toMatchObject({ needsReview: 0, stillPending: 1 });
  });

  test("leaves a refund to the partner's request that holds its lease", async () => {
    await dueRefunds(1, { lease: { owner: "partner", until: start + 2 * minuteMs } });
    const sweep = rechecking(says(succeeded));
    expect((await sweep()).asked).toBe(0);
    now = start + 2 * minuteMs;
    expect((await sweep()).settled).toBe(1);
  });

  test("keeps a repeated answer once, and counts the checks", async () => {
    await dueRefunds(1);
    const sweep = rechecking(says(processing));
    for (let i = 0; i < 4; i++) {
      await sweep();
      now += minuteMs;
    }
    const { refunds, answers } = await allItems();
    expect(answers).toHaveLength(0);
    expect(refunds[0]).toMatchObject({ attempts: 4, openRung: 4, state: "pending", answer: { version: 2 } });
  });
});

describe("trouble with one refund", () => {
  test("that hangs holds up its own slot alone", async () => {
    const due = await dueRefunds(200);
    const poison = due[0]?.merOrderId;
    let letGo = (_: Check) => {};
    const hanging = new Promise<Check>((resolve) => {
      letGo = resolve;
    });
    const sweep = rechecking((order) => (order === poison ? hanging : checkOf(succeeded)))();
    await expect
      .poll(async () => (await allItems()).refunds.filter(({ state }) => isFinal(state)).length, { timeout: 20_000 })
      .toBe(199);
    letGo(checkOf(timedOut));
    expect(await sweep).toMatchObject({ asked: 200, settled: 199, stillPending: 1 });
  });

  test("that cannot be asked about is counted, and still due", async () => {
    const due = await dueRefunds(20);
    const poison = due[7]?.merOrderId ?? "";
    const summary = await rechecking((order) => {
      if (order === poison) throw new Error("a fault of ours");
      return checkOf(succeeded);
    })();
    expect(summary).toMatchObject({ settled: 19, failed: 1 });
    expect((await allItems()).refunds.find(({ merOrderId }) => merOrderId === poison)).toMatchObject({
      state: "pending",
      dueAt: start + minuteMs,
    });
  });

  test("whose record cannot be read is counted and left as it is", async () => {
    const [refund] = await dueRefunds(1);
    if (refund === undefined) throw new Error("no refund");
    const odd = {
      ...refundItem(claimedRefund(), { shards: maxShards, answerMembers: [] }),
      state: { S: "from the future" },
    };
    await client.send(new PutItemCommand({ TableName: table, Item: odd }));
    expect(await rechecking(says(succeeded))()).toMatchObject({ settled: 1, unreadable: 1 });
  });

  test("whose check cannot be written down is counted, and is asked about by the next sweep", async () => {
    await dueRefunds(10);
    let faults = 3;
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === "PutItemCommand" && JSON.stringify(args.input).includes('"STATE"') && faults-- > 0) {
            throw new Error("database down");
          }
          return next(args);
        },
      { step: "initialize" },
    );
    const sweep = rechecking(says(succeeded));
    expect(await sweep()).toMatchObject({ settled: 7, failed: 3 });
    expect(await sweep()).toMatchObject({ settled: 3, failed: 0 });
  });
});

describe("when upstream refuses us", () => {
  test("the batch stops after a few, which count no attempt, and the rest stay due", async () => {
    await dueRefunds(100);
    const slowly = () => new Promise<Check>((resolve) => setTimeout(() => resolve(checkOf(refused)), 20));
    const summary = await rechecking(slowly, { concurrency: 50 })();
    expect(summary).toMatchObject({ stoppedByRefusal: true });
    expect(summary.asked).toBeLessThanOrEqual(5);
    const { refunds, answers } = await allItems();
    expect(refunds.every(({ attempts, state }) => attempts === 0 && state === "pending")).toBe(true);
    expect(refunds.filter(({ dueAt }) => dueAt === start + minuteMs).length).toBeGreaterThanOrEqual(95);
    expect(answers).toEqual([]);
  });

  test("a refusal among good answers does not stop the batch", async () => {
    await dueRefunds(40);
    let count = 0;
    const summary = await rechecking(() => checkOf(++count % 4 === 0 ? refused : succeeded), { concurrency: 1 })();
    expect(summary).toMatchObject({ asked: 40, settled: 30, stoppedByRefusal: false });
  });
});

describe("who sweeps", () => {
  test("a shard that is being swept is left at once by the second", async () => {
    await dueRefunds(5);
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const first = rechecking(() => held.then(() => checkOf(succeeded)))();
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    const askedBefore = asked.length;
    const second = await rechecking(says(succeeded))();
    expect(second.asked + askedBefore).toBeLessThanOrEqual(5);
    expect(second.shardsTaken.length).toBeGreaterThan(0);
    letGo();
    expect((await first).settled + second.settled).toBe(5);
    expect(new Set(asked).size).toBe(asked.length);
  });

  test("a dead sweeper's right ends by itself", async () => {
    await dueRefunds(5);
    for (const shard of allShards) await store.leaseSweep(shard, { owner: "dead", until: now + 60_000 }, now);
    expect((await rechecking(says(succeeded))()).asked).toBe(0);
    now += 60_000;
    expect((await rechecking(says(succeeded))()).settled).toBe(5);
  });

  test("a right given back is free at once, and one that has been taken over is not touched", async () => {
    expect(await store.leaseSweep("3", { owner: "a", until: now + 1_000 }, now)).toBe(true);
    expect(await store.leaseSweep("3", { owner: "b", until: now + 1_000 }, now)).toBe(false);
    await store.releaseSweep("3", "b");
    expect(await store.leaseSweep("3", { owner: "b", until: now + 1_000 }, now)).toBe(false);
    await store.releaseSweep("3", "a");
    expect(await store.leaseSweep("3", { owner: "b", until: now + 1_000 }, now)).toBe(true);
  });

  test("the number of shards can change while refunds are pending", async () => {
    await dueRefunds(20, {}, 16);
    await dueRefunds(20, {}, 3);
    expect((await rechecking(says(succeeded))()).settled).toBe(40);
  });
});

test("a sweep that runs out of time leaves the rest due", async () => {
  await dueRefunds(30);
  const endsAt = now + 20_000 + 50;
  const summary = await rechecking(
    () => {
      now += 10;
      return checkOf(succeeded);
    },
    { concurrency: 1 },
  )(allShards, endsAt);
  expect(summary.outOfTime).toBe(true);
  expect(summary.asked).toBeLessThan(10);
  const { refunds } = await allItems();
  expect(refunds.filter(({ dueAt }) => dueAt !== undefined)).toHaveLength(30 - summary.settled);
});

test("a sweep whose right was taken by a try that it never heard of goes on all the same", async () => {
  await dueRefunds(1);
  loseNextAnswer(client, "PutItem");
  expect(await rechecking(says(succeeded))()).toMatchObject({ settled: 1, shardsTaken: [] });
});

test("a database that cannot be read fails the sweep", async () => {
  client.destroy();
  await dueRefunds(0);
  client.middlewareStack.add(
    () => () => {
      throw new Error("database down");
    },
    { step: "initialize" },
  );
  await expect(rechecking(says(succeeded))()).rejects.toThrow("database down");
});

describe("a settle of a recheck", () => {
  test("is one write, and one more where the answer takes the place of another", async () => {
    await dueRefunds(1);
    const operations = recordOperations(client);
    const writesOf = async (reading: Reading) => {
      await rechecking(says(reading))();
      now += minuteMs;
      return operations.splice(0).filter((name) => /Put|Update|Transact|Write/.test(name));
    };
    // The first and the last are the right to sweep, taken and given back.
    expect(await writesOf(processing)).toEqual(["PutItem", "PutItem", "PutItem"]);
    expect(await writesOf(processing)).toEqual(["PutItem", "PutItem", "PutItem"]);
    expect(await writesOf(succeeded)).toEqual(["PutItem", "BatchWriteItem", "PutItem", "PutItem"]);
  });

  test("killed between the two writes it is done over, and the replaced answer is there once", async () => {
    const [refund] = await dueRefunds(1);
    await rechecking(says(processing))();
    now += minuteMs;
    client.middlewareStack.add(
      (next) => (args) => {
        const { Item } = args.input as { Item?: { sk?: { S?: string } } };
        if (Item?.sk?.S === "STATE") throw new Error("killed");
        return next(args);
      },
      { step: "initialize", name: "kill" },
    );
    const sweep = rechecking(says(succeeded));
    expect((await sweep()).failed).toBe(1);
    expect((await allItems()).answers).toHaveLength(1);
    client.middlewareStack.remove("kill");
    expect((await sweep()).settled).toBe(1);
    const { refunds, answers } = await allItems();
    expect(answers.map(({ reading }) => reading?.S)).toEqual(["processing"]);
    expect(refunds[0]).toMatchObject({ state: "succeeded", merOrderId: refund?.merOrderId });
  });
});

test("over any sequence of answers and faults every refund ends final, in review, or due, and no answer is lost", async () => {
  const readings = [processing, notFound, timedOut, mismatch, refused, succeeded, failed];
  const step = fc.record({
    reading: fc.constantFrom(...readings),
    fault: fc.constantFrom("none", "none", "none", "check", "answer", "state"),
    waitMs: fc.integer({ min: minuteMs, max: 2 * dayMs }),
  });
  let fault = "none";
  client.middlewareStack.add(
    (next) => (args) => {
      const input = args.input as { Item?: { sk?: { S?: string } }; RequestItems?: object };
      const isAnswer = JSON.stringify(input.RequestItems ?? {}).includes("ANSWER#");
      if ((fault === "answer" && isAnswer) || (fault === "state" && input.Item?.sk?.S === "STATE")) {
        throw new Error("killed");
      }
      return next(args);
    },
    { step: "initialize" },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      now = start + minuteMs;
      const [first] = await dueRefunds(1);
      const key = refundKey(first as Refund);
      let ended: string | undefined;
      const given = new Map<number, KeptAnswer>();
      for (const one of steps) {
        fault = one.fault;
        await rechecking((order) => {
          if (fault === "check") throw new Error("killed");
          return checkOf(order === first?.merOrderId ? one.reading : succeeded);
        })();
        fault = "none";
        const { Items = [] } = await client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: "pk = :pk",
            ExpressionAttributeValues: { ":pk": key.pk ?? { S: "" } },
            ConsistentRead: true,
          }),
        );
        const state = Items.find(({ sk }) => sk?.S === "STATE");
        const refund = readRefundItem(state ?? {}, { answerMembers: testAnswerMembers });
        if (ended !== undefined) expect(refund.state).toBe(ended);
        if (isFinal(refund.state)) ended = refund.state;
        else expect(refund.dueAt !== undefined || refund.state === "needs_review").toBe(true);
        if (isFinal(refund.state)) expect(refund.answer?.fields.reading).toBe("settled");
        const kept = [refund.answer, ...Items.map(readAnswerItem)];
        if (refund.answer !== undefined) given.set(refund.answer.version, refund.answer);
        for (const answer of given.values()) expect(kept).toContainEqual(answer);
        now += one.waitMs;
      }
    }),
    { numRuns: 40 },
  );
});

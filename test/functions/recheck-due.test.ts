import { type DynamoDBClient, PutItemCommand, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import {
  createRecheckDue,
  type RecheckDueDeps,
  type SweepListener,
} from "../../functions/refund-recheck/recheck-due.ts";
import { readAnswerItem } from "../../shared/aws/answer-item.ts";
import type { Item } from "../../shared/aws/attributes.ts";
import { readAuditItem } from "../../shared/aws/audit-item.ts";
import { createDynamoRecheckStore } from "../../shared/aws/dynamo-recheck-store.ts";
import { refundKey } from "../../shared/aws/keys.ts";
import { readRefundItem } from "../../shared/aws/refund-item.ts";
import { maxShards } from "../../shared/names.ts";
import type { Check } from "../../shared/refund/check.ts";
import type { CheckUpstream, Question } from "../../shared/refund/question.ts";
import type { Reading } from "../../shared/refund/reading.ts";
import { defaultLadders, parseLadder } from "../../shared/refund/recheck-ladder.ts";
import type { RecheckStore } from "../../shared/refund/recheck-store.ts";
import { isFinal, type KeptAnswer, type Refund } from "../../shared/refund/refund.ts";
import { refundItem, testLayout } from "../support/refund-items.ts";
import {
  badRequest,
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
  testTid,
  timedOut,
} from "../support/refunds.ts";
import { loseNextAnswer, newTable, recordOperations, storeOptions } from "../support/tables.ts";

const allShards = Array.from({ length: maxShards }, (_, i) => String(i));
let client: DynamoDBClient;
let table: string;
let store: RecheckStore;
let now: number;
let asked: string[];
let failures: [string, unknown][];
let unreadable: string[];
beforeEach(async () => {
  ({ client, table } = await newTable());
  store = createDynamoRecheckStore({ ...storeOptions({ client, table }), now: () => now });
  now = start + minuteMs;
  asked = [];
  failures = [];
  unreadable = [];
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
  const listener: SweepListener = {
    onRechecked() {},
    onFailed: (refund, error) => failures.push([refund.merOrderId, error]),
    onUnreadable: (key) => unreadable.push(key),
  };
  return (shards = allShards, endsAt = now + 300_000) => recheckDue(shards, endsAt, listener);
}
const says = (reading: Reading) => () => checkOf(reading);

/** Refunds as a first claim leaves them, whose holder has died; due at `start + 1 min`. */
async function dueRefunds(count: number, overrides: Partial<Refund> = {}, shards = maxShards): Promise<Refund[]> {
  const refunds = Array.from({ length: count }, () => claimedRefund(overrides));
  await Promise.all(
    refunds.map((refund) =>
      client.send(new PutItemCommand({ TableName: table, Item: refundItem(refund, { ...testLayout, shards }) })),
    ),
  );
  return refunds;
}

async function allItems() {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
  const refunds = Items.filter(({ sk }) => sk?.S === "STATE").map((item) => readRefundItem(item, testLayout));
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
      checked: 30,
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
    // Without partners nobody has to be told first.
    await dueRefunds(1, { partners: [] });
    const sweep = rechecking(says(processing), { ladders: { ...defaultLadders, open: parseLadder("1m") } });
    expect((await sweep()).needsReview).toBe(0);
    now += minuteMs;
    expect((await sweep()).needsReview).toBe(1);
    now += dayMs;
    expect(await sweep()).toMatchObject({ needsReview: 0, stillPending: 1 });
  });

  test("leaves a refund to the partner's request that holds its lease", async () => {
    await dueRefunds(1, { lease: { owner: "partner", until: start + 2 * minuteMs } });
    const sweep = rechecking(says(succeeded));
    expect((await sweep()).checked).toBe(0);
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
    expect(await sweep).toMatchObject({ checked: 200, settled: 199, stillPending: 1 });
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
    const odd: Item = { ...refundItem(claimedRefund()), version: { S: "no number" } };
    await client.send(new PutItemCommand({ TableName: table, Item: odd }));
    expect(await rechecking(says(succeeded))()).toMatchObject({ settled: 1, unreadable: 1 });
    expect(unreadable).toEqual([odd.pk?.S]);
  });

  test("whose state only a newer version knows is left to that version", async () => {
    const newer = { ...refundItem(claimedRefund()), state: { S: "reversed" } };
    await client.send(new PutItemCommand({ TableName: table, Item: newer }));
    expect(await rechecking(says(succeeded))()).toMatchObject({ checked: 0, unreadable: 0, failed: 0 });
  });

  /** Lets writes of refunds fail while it says so. */
  function failWritesWhile(fails: () => boolean): void {
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === "UpdateItemCommand" && fails()) throw new Error("database down");
          return next(args);
        },
      { step: "initialize" },
    );
  }

  test("whose check cannot be written down at first is written by a further try", async () => {
    await dueRefunds(10);
    let faults = 3;
    failWritesWhile(() => faults-- > 0);
    expect(await rechecking(says(succeeded))()).toMatchObject({ settled: 10, failed: 0 });
    expect(asked).toHaveLength(10);
  });

  test("whose check cannot be written down in time is counted, named, and checked by the next sweep", async () => {
    const [refund] = await dueRefunds(1);
    let isDown = true;
    failWritesWhile(() => isDown);
    const sleep = async () => {
      now += 1_000;
      await new Promise(setImmediate);
    };
    const sweep = rechecking(says(succeeded), { sleep });
    expect(await sweep(allShards, now + 25_000)).toMatchObject({ settled: 0, failed: 1 });
    expect(failures).toMatchObject([[refund?.merOrderId, { code: "RECORD_UNAVAILABLE" }]]);
    isDown = false;
    now += 60_000;
    expect(await sweep()).toMatchObject({ settled: 1, failed: 0 });
  });
});

describe("when upstream refuses us", () => {
  test("the batch stops after a few, which count no attempt, and the rest stay due", async () => {
    await dueRefunds(100);
    const slowly = () => new Promise<Check>((resolve) => setTimeout(() => resolve(checkOf(refused)), 20));
    const summary = await rechecking(slowly, { concurrency: 50 })();
    expect(summary).toMatchObject({ stoppedByRefusal: true });
    expect(summary.checked).toBeLessThanOrEqual(5);
    const { refunds, answers } = await allItems();
    expect(refunds.every(({ attempts, state }) => attempts === 0 && state === "pending")).toBe(true);
    expect(refunds.filter(({ dueAt }) => dueAt === start + minuteMs).length).toBeGreaterThanOrEqual(95);
    expect(answers).toEqual([]);
  });

  test("a refusal among good answers does not stop the batch", async () => {
    await dueRefunds(40);
    let count = 0;
    const summary = await rechecking(() => checkOf(++count % 4 === 0 ? refused : succeeded), { concurrency: 1 })();
    expect(summary).toMatchObject({ checked: 40, settled: 30, stoppedByRefusal: false });
  });

  test("about one merchant, its refunds are spared and all others are checked", async () => {
    const blocked = await dueRefunds(120, { mid: "898310148160001", dueAt: start });
    const others = await dueRefunds(30, { mid: "898310148160002" });
    const isBlocked = new Set(blocked.map(({ merOrderId }) => merOrderId));
    const answer = (order: string) => checkOf(isBlocked.has(order) ? refused : succeeded);
    const summary = await rechecking(answer, { concurrency: 1 })();
    expect(summary).toMatchObject({ settled: others.length, stillPending: 3, spared: 117 });
    expect(asked).toHaveLength(others.length + 3);
  });

  test("about a second merchant too, the batch stops", async () => {
    await dueRefunds(20, { mid: "898310148160001", dueAt: start }, 1);
    await dueRefunds(20, { mid: "898310148160002" }, 1);
    await dueRefunds(20, { mid: "898310148160003" }, 1);
    const summary = await rechecking(says(refused), { concurrency: 1 })();
    expect(summary).toMatchObject({ stoppedByRefusal: true, checked: 4 });
  });
});

describe("by which terminal", () => {
  const wrong = (): Partial<Refund> => ({ tid: "99999999", askedTids: ["99999999", testTid] });
  const byTid = (readings: Record<string, Reading>) => ({
    checkUpstream: async ({ merOrderId, tid }: Question) => {
      asked.push(`${merOrderId} ${tid}`);
      return checkOf(readings[tid] ?? mismatch);
    },
  });

  test.each([mismatch, badRequest, notFound])(
    "others are tried where the newest is answered otherwise: %j",
    async (reading) => {
      await dueRefunds(1, wrong());
      const sweep = rechecking(says(processing), byTid({ "99999999": reading, [testTid]: succeeded }));
      expect(await sweep()).toMatchObject({ settled: 1, checked: 1 });
      expect((await allItems()).refunds[0]).toMatchObject({ state: "succeeded", confirmedTid: testTid, attempts: 1 });
    },
  );

  test("the confirmed one is asked with first, and alone when it is answered", async () => {
    await dueRefunds(1, { ...wrong(), confirmedTid: testTid });
    await rechecking(says(processing), byTid({ [testTid]: processing }))();
    expect(asked.map((one) => one.split(" ")[1])).toEqual([testTid]);
  });

  test("no other is tried when there is no answer, because the number is not what is wrong", async () => {
    await dueRefunds(1, wrong());
    await rechecking(says(processing), byTid({ "99999999": timedOut, [testTid]: succeeded }))();
    expect(asked).toHaveLength(1);
  });

  test("the newest one's answer stands where none helps", async () => {
    await dueRefunds(1, wrong());
    await rechecking(says(processing), byTid({ "99999999": notFound, [testTid]: mismatch }))();
    expect((await allItems()).refunds[0]).toMatchObject({ reading: notFound, lastAsked: { tid: "99999999" } });
  });
});

describe("a final refund that an operator wants verified", () => {
  const final: Partial<Refund> = { state: "succeeded", reading: succeeded, verifyRequestedAt: start, lease: undefined };
  const audits = async () => {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
    return Items.map(readAuditItem).filter((audit) => audit !== undefined);
  };

  test.each([
    [succeeded, false],
    [failed, true],
    [processing, true],
    [notFound, false],
    [timedOut, false],
  ])("is checked once, which is written to its audit trail and changes nothing: %j", async (reading, contradicts) => {
    const [refund] = await dueRefunds(1, final);
    const sweep = rechecking(says(reading));
    expect(await sweep()).toMatchObject({ checked: 1, verified: 1, contradicted: contradicts ? 1 : 0, settled: 0 });
    const { refunds } = await allItems();
    expect(refunds[0]).toEqual({ ...refund, version: 2, dueAt: undefined, verifyRequestedAt: undefined });
    expect(await audits()).toMatchObject([{ at: now, reading, contradicts }]);
    expect(await sweep()).toMatchObject({ due: 0 });
  });
});

describe("who sweeps", () => {
  test("a group that is being swept is left at once by the second, also where it has come to its next shard", async () => {
    await dueRefunds(40);
    const answers: (() => void)[] = [];
    const held = () => new Promise<Check>((resolve) => answers.push(() => resolve(checkOf(succeeded))));
    const first = rechecking(held, { concurrency: 4 })();
    let isOver = false;
    void first.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await expect.poll(() => answers.length > 0 || isOver).toBe(true);
      expect(answers.length).toBeLessThanOrEqual(4);
      if (!isOver) expect(await rechecking(held)()).toMatchObject({ taken: true, checked: 0 });
      for (const answer of answers.splice(0)) answer();
    }
    expect(await first).toMatchObject({ settled: 40, taken: false });
  });

  test("every invocation tells how late the group is, swept or not", async () => {
    await dueRefunds(1);
    const group = allShards.join(",");
    await store.leaseSweep(group, { owner: "other", until: now + 60_000 }, now);
    now += 5_000;
    expect(await rechecking(says(succeeded))()).toMatchObject({ taken: true, maxLagMs: 5_000 });
  });

  test("a dead sweeper's right ends within a minute", async () => {
    await dueRefunds(5);
    const dead = rechecking(() => new Promise<Check>(() => undefined));
    void dead();
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    expect(await rechecking(says(succeeded))()).toMatchObject({ taken: true });
    now += 45_000;
    expect((await rechecking(says(succeeded))()).settled).toBe(5);
  });

  test("a living sweeper renews its right for as long as it sweeps, and one that has lost it begins nothing more", async () => {
    await dueRefunds(30);
    const group = allShards.join(",");
    const naps: (() => void)[] = [];
    const sleep = (ms: number) => new Promise<void>((wake) => (ms === 15_000 ? naps.push(wake) : setImmediate(wake)));
    const answers: (() => void)[] = [];
    const held = () => new Promise<Check>((resolve) => answers.push(() => resolve(checkOf(succeeded))));
    const sweep = rechecking(held, { concurrency: 5, sleep })();
    await expect.poll(() => answers.length).toBe(5);
    for (let i = 0; i < 4; i++) {
      now += 15_000;
      const sleeping = naps.length;
      naps.splice(0).forEach((wake) => void wake());
      await expect.poll(() => naps.length).toBe(sleeping);
    }
    expect(await store.leaseSweep(group, { owner: "other", until: now + 1_000 }, now)).toBe(false);
    now += 45_000;
    expect(await store.leaseSweep(group, { owner: "other", until: now + 60_000 }, now)).toBe(true);
    for (const answer of answers) answer();
    expect(await sweep).toMatchObject({ checked: 5, settled: 5 });
    await store.releaseSweep(group, "somebody");
    expect(await rechecking(says(succeeded))()).toMatchObject({ taken: true });
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

test("a table that leaves items unread for ever ends with the sweep's own time", async () => {
  await dueRefunds(3);
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== "BatchGetItemCommand") return await next(args);
        const { RequestItems } = args.input as { RequestItems: object };
        return { output: { Responses: {}, UnprocessedKeys: RequestItems }, response: {} } as never;
      },
    { step: "initialize" },
  );
  const sleep = async (ms: number) => {
    if (ms < 1_000) now += ms;
    await new Promise(setImmediate);
  };
  const patient = createDynamoRecheckStore({ ...storeOptions({ client, table }), now: () => now, sleep });
  const sweep = rechecking(says(succeeded), { sleep, store: patient })(allShards, now + 25_000);
  await expect(sweep).rejects.toMatchObject({ code: "RECORD_UNAVAILABLE" });
  expect(now).toBeLessThan(start + minuteMs + 30_000);
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
  expect(summary.checked).toBeLessThan(10);
  const { refunds } = await allItems();
  expect(refunds.filter(({ dueAt }) => dueAt !== undefined)).toHaveLength(30 - summary.settled);
});

test("a sweep whose right was taken by a try that it never heard of goes on all the same", async () => {
  await dueRefunds(1);
  loseNextAnswer(client, "PutItem");
  expect(await rechecking(says(succeeded))()).toMatchObject({ settled: 1, taken: false });
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
  await expect(rechecking(says(succeeded))()).rejects.toMatchObject({ code: "RECORD_UNAVAILABLE" });
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
    expect(await writesOf(processing)).toEqual(["PutItem", "UpdateItem", "PutItem"]);
    expect(await writesOf(processing)).toEqual(["PutItem", "UpdateItem", "PutItem"]);
    expect(await writesOf(succeeded)).toEqual(["PutItem", "BatchWriteItem", "UpdateItem", "PutItem"]);
  });

  test("killed between the two writes it is done over, and the replaced answer is there once", async () => {
    const [refund] = await dueRefunds(1);
    await rechecking(says(processing))();
    now += minuteMs;
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === "UpdateItemCommand") throw new Error("killed");
          return next(args);
        },
      { step: "initialize", name: "kill" },
    );
    const sleep = async () => {
      now += 1_000;
      await new Promise(setImmediate);
    };
    const sweep = rechecking(says(succeeded), { sleep });
    expect((await sweep(allShards, now + 25_000)).failed).toBe(1);
    now += minuteMs;
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
  const sleep = async () => {
    now += 500;
    await new Promise(setImmediate);
  };
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        const input = args.input as { RequestItems?: object };
        const isAnswer = JSON.stringify(input.RequestItems ?? {}).includes("ANSWER#");
        if ((fault === "answer" && isAnswer) || (fault === "state" && commandName === "UpdateItemCommand")) {
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
        await rechecking(
          (order) => {
            if (fault === "check") throw new Error("killed");
            return checkOf(order === first?.merOrderId ? one.reading : succeeded);
          },
          { sleep },
        )(allShards, now + 22_000);
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
        const refund = readRefundItem(state ?? {}, testLayout);
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

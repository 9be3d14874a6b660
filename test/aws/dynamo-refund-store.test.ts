import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactionConflictException,
} from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, test } from "vitest";
import { readAnswerItem, readRefundItem, refundItem, refundKey, refundPk } from "../../shared/aws/refund-items.ts";
import { answerMembers } from "../../shared/chinaums/refund-query/answer-fields.ts";
import { readRefundAnswer } from "../../shared/chinaums/refund-query/read-refund-answer.ts";
import type { Check } from "../../shared/refund/check.ts";
import { withKey } from "../../shared/refund/claim-refund.ts";
import { defaultLadders } from "../../shared/refund/recheck-ladder.ts";
import { recordCheck } from "../../shared/refund/record-check.ts";
import { allowedPredecessors, type Refund } from "../../shared/refund/refund.ts";
import type { Claim, RefundStore, RequestKey } from "../../shared/refund/refund-store.ts";
import { sampleAnswerText, sampleQuestion } from "../support/answers.ts";
import {
  checkOf,
  claimedRefund,
  hourMs,
  keptAnswer,
  minuteMs,
  notFound,
  processing,
  start,
  succeeded,
  timedOut,
} from "../support/refunds.ts";
import { loseNextAnswer, newTable, recordAttempts, recordOperations, storeOn } from "../support/tables.ts";

let client: DynamoDBClient;
let table: string;
let store: RefundStore;
beforeEach(async () => {
  ({ client, table } = await newTable());
  store = storeOn({ client, table });
});

let keys = 0;
const derivedKey = (now: number): RequestKey => ({
  id: `key-${++keys}`,
  payloadDigest: "payload",
  chosen: false,
  expiresAt: now + 72 * hourMs,
});
const chosenKey = (now: number): RequestKey => ({ ...derivedKey(now), id: `north-shop#${++keys}`, chosen: true });

function claimOf(refund: Refund, overrides: Partial<Claim> = {}): Claim {
  const now = overrides.now ?? start;
  const key = overrides.key ?? derivedKey(now);
  const lease = { owner: `owner-${++keys}`, until: now + 28_000 };
  return {
    fresh: { ...refund, lease, keys: withKey([], key, now) },
    lease,
    partnerId: "north-shop",
    key,
    now,
    recentSince: now - 10_000,
    arrivedAt: now,
    ...overrides,
  };
}

async function settle(before: Refund, check: Check, now: number) {
  const after = recordCheck(before, check, { now, random: () => 0.5, ladders: defaultLadders });
  const result = await store.settle({ before, after, allowedFrom: allowedPredecessors[after.state] });
  return { after, result };
}

async function claimed(claim: Claim): Promise<Refund> {
  const result = await store.claim(claim);
  if (result.kind !== "claimed") throw new Error(`expected to claim, got ${result.kind}`);
  return result.refund;
}

describe("a claim", () => {
  test("of an unknown refund takes it by one put, and it is due from then on", async () => {
    const operations = recordOperations(client);
    const refund = claimedRefund();
    expect(await claimed(claimOf(refund))).toMatchObject({ version: 1, state: "pending" });
    expect(operations).toEqual(["PutItem"]);
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: "due",
        KeyConditionExpression: "dueShard = :shard",
        ExpressionAttributeValues: { ":shard": (await itemOf(refund)).dueShard ?? { S: "" } },
      }),
    );
    expect(Items).toEqual([
      { ...refundKey(refund), dueShard: expect.anything(), dueAt: { N: String(start + minuteMs) } },
    ]);
  });

  test("of a refund under a lease is in flight until the lease ends", async () => {
    const refund = claimedRefund();
    await claimed(claimOf(refund));
    const twin = await store.claim(claimOf(refund, { now: start + 27_999 }));
    expect(twin).toMatchObject({ kind: "in_flight", refund: { merOrderId: refund.merOrderId } });
    const next = await claimed(claimOf(refund, { now: start + 28_000 }));
    expect(next).toMatchObject({ version: 2, firstSeenAt: start, dueAt: start + minuteMs });
  });

  test("of a pending refund keeps what is known of it, and notes who is watching", async () => {
    const refund = claimedRefund();
    const { after } = await settle(await claimed(claimOf(refund)), checkOf(processing), start + 100);
    const again = await claimed(claimOf(refund, { now: start + minuteMs, partnerId: "south-shop" }));
    expect(again).toEqual({
      ...after,
      version: 3,
      lease: again.lease,
      partners: ["north-shop", "south-shop"],
      keys: again.keys,
    });
    expect(again.lease?.until).toBe(start + minuteMs + 28_000);
  });

  test("of a refund answered moments ago is answered from the record; an unanswered check only by who came before it", async () => {
    const answered = claimedRefund();
    await settle(await claimed(claimOf(answered)), checkOf(processing), start + 100);
    expect(await store.claim(claimOf(answered, { now: start + 10_100 }))).toMatchObject({ kind: "recorded" });
    expect(await store.claim(claimOf(answered, { now: start + 10_101 }))).toMatchObject({ kind: "claimed" });

    const silent = claimedRefund();
    await settle(await claimed(claimOf(silent)), checkOf(timedOut), start + 100);
    const waited = claimOf(silent, { now: start + 200, arrivedAt: start + 100 });
    expect(await store.claim(waited)).toMatchObject({ kind: "recorded", refund: { reading: timedOut } });
    expect(await store.claim(claimOf(silent, { now: start + 200 }))).toMatchObject({ kind: "claimed" });
  });

  test("of a final refund is answered from the record in one hop, for ever", async () => {
    const refund = claimedRefund();
    const check = checkOf(succeeded, { totalAmount: 12400, merName: "测试商户" });
    await settle(await claimed(claimOf(refund)), check, start + 100);
    const operations = recordOperations(client);
    const result = await store.claim(claimOf(refund, { now: start + 1e10 }));
    expect(result).toMatchObject({
      kind: "recorded",
      refund: { state: "succeeded", answer: { fields: check.answer } },
    });
    expect(operations).toEqual(["PutItem"]);
  });

  test("that collides with another's transaction is in flight", async () => {
    const refund = claimedRefund();
    failOnce(client, conflict);
    expect(await store.claim(claimOf(refund))).toMatchObject({ kind: "in_flight", refund: undefined });
    failOnce(client, conflictCancellation);
    const chosen = claimOf(refund, { key: chosenKey(start) });
    expect(await store.claim(chosen)).toMatchObject({ kind: "in_flight", refund: undefined });
  });

  test.each([derivedKey, chosenKey])("whose answer is lost on the way is claimed all the same", async (keyOf) => {
    const refund = claimedRefund();
    const claim = claimOf(refund, { key: keyOf(start) });
    const operations = recordAttempts(client);
    loseNextAnswer(client);
    expect(await store.claim(claim)).toEqual({
      kind: "claimed",
      refund: claim.fresh,
      keyExpiresAt: claim.key.expiresAt,
    });
    expect(operations()).toBe(2);
    expect(await store.read(refund)).toEqual(claim.fresh);
  });

  test("that the database throttles is a fault, not an outcome", async () => {
    failOnce(client, () => cancellation(["ThrottlingError", "None"]));
    const chosen = claimOf(claimedRefund(), { key: chosenKey(start) });
    await expect(store.claim(chosen)).rejects.toThrow(TransactionCanceledException);
  });
});

describe("a key that the partner chose", () => {
  const chosen = (refund: Refund, overrides: Partial<Claim> = {}) =>
    claimOf(refund, { key: chosenKey(start), ...overrides });

  test("is remembered in one step with the claim", async () => {
    const operations = recordOperations(client);
    await claimed(chosen(claimedRefund()));
    expect(operations).toEqual(["TransactWriteItems"]);
  });

  test("used for another request is refused, and nothing is written", async () => {
    const first = chosen(claimedRefund());
    await claimed(first);
    const other = claimedRefund();
    const result = await store.claim(claimOf(other, { key: { ...first.key, payloadDigest: "another" } }));
    expect(result).toEqual({ kind: "key_reused" });
    expect(await store.read(other)).toBeUndefined();
  });

  test("is known again, with its first expiry", async () => {
    const refund = claimedRefund();
    const first = chosen(refund);
    await settle(await claimed(first), checkOf(succeeded), start + 100);
    const result = await store.claim(
      claimOf(refund, { key: { ...first.key, expiresAt: start + 1e12 }, now: start + 200 }),
    );
    expect(result).toMatchObject({ kind: "recorded", keyExpiresAt: first.key.expiresAt });
  });

  test("does not freeze a refund that is not final: the same key takes it again", async () => {
    const refund = claimedRefund();
    const first = chosen(refund);
    await settle(await claimed(first), checkOf(processing), start + 100);
    expect(await store.claim(claimOf(refund, { key: first.key, now: start + minuteMs }))).toMatchObject({
      kind: "claimed",
    });
  });

  test("is as good as new once it has expired, though the item is still there", async () => {
    const first = chosen(claimedRefund());
    await claimed(first);
    const now = first.key.expiresAt;
    const key = { ...first.key, payloadDigest: "another", expiresAt: now + 1 };
    expect(await store.claim(claimOf(claimedRefund({}, now), { key, now }))).toMatchObject({ kind: "claimed" });
  });

  test("can be remembered for an answer from the record, once, for one request", async () => {
    const key = { ...chosenKey(start), expiresAt: start + 1_000 };
    const refund = claimedRefund();
    const later = { ...key, expiresAt: start + 2_000 };
    expect(await store.rememberKey(key, refund, start)).toEqual({ kind: "remembered", expiresAt: start + 1_000 });
    expect(await store.rememberKey(later, refund, start + 1)).toEqual({ kind: "remembered", expiresAt: start + 1_000 });
    const other = { ...later, payloadDigest: "another" };
    expect(await store.rememberKey(other, refund, start + 1)).toEqual({ kind: "key_reused" });
    expect(await store.rememberKey(other, refund, start + 1_000)).toEqual({
      kind: "remembered",
      expiresAt: start + 2_000,
    });
  });
});

describe("a key that was made up for a request without one", () => {
  const check = async (refund: Refund, key: RequestKey, now: number, reading = processing) => {
    const { after } = await settle(await claimed(claimOf(refund, { key, now })), checkOf(reading), now);
    return after;
  };
  const expiryOf = async (refund: Refund, key: RequestKey, now: number) => {
    const result = await store.claim(claimOf(refund, { key, now }));
    return result.kind === "recorded" ? result.keyExpiresAt : result.kind;
  };

  test("is remembered with its first expiry, until then", async () => {
    const refund = claimedRefund();
    const key = derivedKey(start);
    await check(refund, key, start);
    await check(refund, { ...key, expiresAt: start + 1e12 }, start + minuteMs, succeeded);
    expect(await expiryOf(refund, key, start + 2 * minuteMs)).toBe(key.expiresAt);
    expect(await expiryOf(refund, key, key.expiresAt)).toBeUndefined();
    expect(await expiryOf(refund, derivedKey(start), start + 2 * minuteMs)).toBeUndefined();
  });

  test("is forgotten for the three that came after it, so that a refund stays small however often it is asked about", async () => {
    const refund = claimedRefund();
    const asked = [0, 1, 2, 3].map((i) => derivedKey(start + i * minuteMs));
    for (const [i, key] of asked.entries()) await check(refund, key, start + i * minuteMs);
    await check(refund, chosenKey(start), start + hourMs, succeeded);
    const known = await Promise.all(asked.map((key) => expiryOf(refund, key, start + 2 * hourMs)));
    expect(known).toEqual([undefined, ...asked.slice(1).map(({ expiresAt }) => expiresAt)]);
  });
});

describe("a settle", () => {
  test("keeps the refund with its answer by one put, and both are read back in one hop", async () => {
    const claim = await claimed(claimOf(claimedRefund()));
    const operations = recordOperations(client);
    const check = checkOf(processing, { errMsg: "处理中" });
    const { after, result } = await settle(claim, check, start + 100);
    expect(result).toEqual({ kind: "settled" });
    expect(after.answer?.fields).toEqual(check.answer);
    expect(await store.read(claim)).toEqual(after);
    expect(operations).toEqual(["PutItem", "GetItem"]);
  });

  test("keeps an answer that it replaces in one step with the refund", async () => {
    const { after } = await settle(await claimed(claimOf(claimedRefund())), checkOf(processing), start + 100);
    const operations = recordOperations(client);
    await settle(after, checkOf(succeeded), start + 200);
    expect(operations).toEqual(["TransactWriteItems"]);
    expect(await answersBeside(after)).toEqual([after.answer]);
  });

  test("takes a final refund out of the due index", async () => {
    const claim = await claimed(claimOf(claimedRefund()));
    await settle(claim, checkOf(succeeded), start + 100);
    const item = await itemOf(claim);
    expect(item.dueAt).toBeUndefined();
    expect(item.dueShard).toBeUndefined();
  });

  test("keeps a repeated answer once, and every different one: the last in the refund, the others beside it", async () => {
    const refund = claimedRefund();
    let before = await claimed(claimOf(refund));
    for (const [i, reading] of [processing, processing, notFound, processing, timedOut].entries()) {
      before = (await settle(before, checkOf(reading), start + i)).after;
    }
    const answers = [...(await answersBeside(refund)), (await store.read(refund))?.answer];
    expect(answers.map((answer) => [answer?.version, answer?.at, answer?.reading])).toEqual([
      [2, start, processing],
      [4, start + 2, notFound],
      [5, start + 3, processing],
    ]);
  });

  test("lets answers that are replaced end after 400 days", async () => {
    const { after } = await settle(await claimed(claimOf(claimedRefund())), checkOf(processing), start + 100);
    await settle(after, checkOf(succeeded), start + 200);
    const [item] = await itemsBeside(after);
    expect(item?.sk?.S).toBe("ANSWER#000002");
    expect(Number(item?.ttl?.N)).toBe(Math.ceil((start + 100) / 1_000) + 400 * 86_400);
  });

  test("from an older version is superseded, and gives the record that has come first", async () => {
    const before = await claimed(claimOf(claimedRefund()));
    const { after } = await settle(before, checkOf(processing), start + 100);
    const late = await settle(before, checkOf(notFound), start + 200);
    expect(late.result).toEqual({ kind: "superseded", refund: after });
    const lateAndSilent = await settle(before, checkOf(timedOut), start + 200);
    expect(lateAndSilent.result).toEqual({ kind: "superseded", refund: after });
  });

  test("by a holder whose lease has ended and been taken is superseded", async () => {
    const refund = claimedRefund();
    const before = await claimed(claimOf(refund));
    const next = await claimed(claimOf(refund, { now: start + 28_000 }));
    expect((await settle(before, checkOf(processing), start + 29_000)).result).toEqual({
      kind: "superseded",
      refund: next,
    });
  });

  test("never moves a final refund, even with the right version", async () => {
    const { after: final } = await settle(await claimed(claimOf(claimedRefund())), checkOf(succeeded), start + 100);
    const forged = { ...final, version: final.version + 1, state: "pending" as const, answer: undefined };
    const result = await store.settle({
      before: final,
      after: forged,
      allowedFrom: allowedPredecessors.pending,
    });
    expect(result).toEqual({ kind: "superseded", refund: final });
  });

  test("outlasts collisions with other transactions", async () => {
    const before = await claimed(claimOf(claimedRefund()));
    failOnce(client, conflict);
    const { after, result } = await settle(before, checkOf(processing), start + 100);
    expect(result).toEqual({ kind: "settled" });
    failOnce(client, conflictCancellation);
    expect((await settle(after, checkOf(succeeded), start + 200)).result).toEqual({ kind: "settled" });
  });
});

test("a refund under a lease stays under a kilobyte with the page's answer, so that a write of it is one unit", async () => {
  const { answer: fields } = readRefundAnswer({ status: 200, body: sampleAnswerText }, sampleQuestion, "");
  const answer = { ...keptAnswer(checkOf(processing)), fields: fields ?? {}, version: 17 };
  const refund = claimedRefund({
    mid: sampleQuestion.mid,
    merOrderId: sampleQuestion.merOrderId,
    version: 18,
    reading: processing,
    code: "PROCESSING",
    attempts: 16,
    openRung: 15,
    checkedAt: start,
    answeredAt: start,
    answer,
    lease: { owner: "o".repeat(32), until: start + 28_000 },
    partners: ["north-shop", "south-shop"],
    keys: [1, 2, 3].map((i) => ({ id: `${i}`.repeat(16), expiresAt: start + 72 * hourMs + i })),
  });
  const layout = { shards: 16, answerMembers };
  const { ConsumedCapacity } = await client.send(
    new PutItemCommand({ TableName: table, Item: refundItem(refund, layout), ReturnConsumedCapacity: "INDEXES" }),
  );
  expect(ConsumedCapacity?.Table?.CapacityUnits).toBe(1);
  expect(readRefundItem(await itemOf(refund), layout)).toEqual({ ...refund, keys: refund.keys.toReversed() });
});

test("two refunds never share a record, whatever their numbers hold", async () => {
  const a = claimedRefund({ instMid: "A", merOrderId: "B#REFUND" });
  const b = claimedRefund({ instMid: "A.B", merOrderId: "REFUND" });
  await claimed(claimOf(a));
  expect(await store.claim(claimOf(b))).toMatchObject({ kind: "claimed" });
});

async function itemOf(refund: Refund) {
  const { Item = {} } = await client.send(
    new GetItemCommand({ TableName: table, Key: refundKey(refund), ConsistentRead: true }),
  );
  return Item;
}

async function itemsBeside(refund: Refund) {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :answer)",
      ExpressionAttributeValues: { ":pk": { S: refundPk(refund) }, ":answer": { S: "ANSWER#" } },
    }),
  );
  return Items;
}

async function answersBeside(refund: Refund) {
  return (await itemsBeside(refund)).map(readAnswerItem);
}

function cancellation(codes: string[]) {
  const CancellationReasons = codes.map((Code) => ({ Code }));
  return new TransactionCanceledException({ message: "cancelled", $metadata: {}, CancellationReasons });
}

/** As DynamoDB says it; the local engines run transactions one after another and never collide. */
const conflict = () => new TransactionConflictException({ message: "conflict", $metadata: {} });
const conflictCancellation = () => cancellation(["TransactionConflict", "None"]);

function failOnce(client: DynamoDBClient, error: () => Error): void {
  let failed = false;
  client.middlewareStack.add(
    (next) => (args) => {
      if (failed) return next(args);
      failed = true;
      throw error();
    },
    { step: "initialize", priority: "high" },
  );
}

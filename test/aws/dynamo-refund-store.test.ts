import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, test } from "vitest";
import { readAnswerItem } from "../../shared/aws/answer-item.ts";
import { takeOver } from "../../shared/aws/claim-writes.ts";
import { createDynamoEventStore } from "../../shared/aws/dynamo-event-store.ts";
import { refundKey, refundPk } from "../../shared/aws/keys.ts";
import { readRefundItem } from "../../shared/aws/refund-item.ts";
import { readRefundAnswer } from "../../shared/chinaums/refund-query/read-refund-answer.ts";
import type { Check } from "../../shared/refund/check.ts";
import { claimRefund, newRefund } from "../../shared/refund/claim-refund.ts";
import { recordCheck } from "../../shared/refund/record-check.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import type { Claim, RefundStore, RequestKey } from "../../shared/refund/refund-store.ts";
import { UnavailableError } from "../../shared/refund/unavailable.ts";
import { sampleAnswerText, sampleQuestion } from "../support/answers.ts";
import { layout, refundItem, testLayout } from "../support/refund-items.ts";
import {
  checkOf,
  claimedRefund,
  claimOf,
  contextAt,
  dayMs,
  hourMs,
  keptAnswer,
  minuteMs,
  mismatch,
  notFound,
  processing,
  start,
  succeeded,
  testTid,
  timedOut,
} from "../support/refunds.ts";
import {
  cancellation,
  conflict,
  conflictCancellation,
  failOnce,
  loseNextAnswer,
  newTable,
  putItem,
  recordAttempts,
  recordOperations,
  storeOn,
  storeOptions,
} from "../support/tables.ts";

let client: DynamoDBClient;
let table: string;
let store: RefundStore;
beforeEach(async () => {
  ({ client, table } = await newTable());
  store = storeOn({ client, table });
});

let keys = 0;
const chosenKey = (now: number): RequestKey => ({
  id: `north-shop#${++keys}`,
  payloadDigest: "payload",
  expiresAt: now + 72 * hourMs,
});

async function settle(before: Refund, check: Check, now: number) {
  const after = recordCheck(before, check, contextAt(now, { asked: { tid: testTid, digest: "digest-1" } }));
  const result = await store.settle({ before, after });
  return { after, result };
}

async function claimed(claim: Claim): Promise<Refund> {
  const result = await store.claim(claim);
  if (result.kind !== "claimed") throw new Error(`expected to claim, got ${result.kind}`);
  return result.refund;
}

describe("a claim", () => {
  test("of an unknown refund takes it by one update, and it is due from then on", async () => {
    const operations = recordOperations(client);
    const refund = claimedRefund();
    const claim = claimOf(refund);
    expect(await claimed(claim)).toEqual(newRefund(claim));
    expect(operations).toEqual(["UpdateItem"]);
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
    const second = await store.claim(claimOf(refund, { now: start + 27_999 }));
    expect(second).toMatchObject({ kind: "in_flight", refund: { merOrderId: refund.merOrderId } });
    const next = await claimed(claimOf(refund, { now: start + 28_000 }));
    expect(next).toMatchObject({ version: 2, firstSeenAt: start, dueAt: start + minuteMs });
  });

  test("of a pending refund keeps what is known of it, and notes who is watching", async () => {
    const refund = claimedRefund();
    const { after } = await settle(await claimed(claimOf(refund)), checkOf(processing), start + 100);
    const operations = recordOperations(client);
    const asked = { tid: "99999999", digest: "digest-2" };
    const claim = claimOf(refund, { now: start + minuteMs, partnerId: "south-shop", asked });
    const again = await claimed(claim);
    expect(operations).toEqual(["UpdateItem"]);
    const expected = claimRefund(after, claim);
    expect(again).toEqual({ ...expected, partners: expect.anything(), askedTids: expect.anything() });
    expect(again.partners.toSorted()).toEqual(["north-shop", "south-shop"]);
    expect(again.askedTids).toEqual(["99999999"]);
    expect(again).toMatchObject({ version: 3, tid: "99999999", confirmedTid: testTid, dueAt: after.dueAt });
  });

  test("of a refund that was left to a person makes it due, so that it is checked again whatever becomes of the claim", async () => {
    const left = { ...claimedRefund({ lease: undefined }), state: "needs_review" as const, dueAt: undefined };
    await client.send(new PutItemCommand({ TableName: table, Item: refundItem(left) }));
    expect((await itemOf(left)).dueShard?.S).toMatch(/^p\d+$/);
    const claim = claimOf(left, { now: start + 40 * dayMs });
    expect(await claimed(claim)).toMatchObject({ state: "needs_review", dueAt: claim.dueAt });
    expect((await itemOf(left)).dueShard?.S).toMatch(/^\d+$/);
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

  test("of a refund whose last answer belongs to another question takes it, however recent that is", async () => {
    const refund = claimedRefund();
    await settle(await claimed(claimOf(refund)), checkOf(mismatch, { errCode: "SUCCESS" }), start + 100);
    const other = { tid: "99999999", digest: "digest-2" };
    const same = claimOf(refund, { now: start + 200, arrivedAt: start + 50 });
    expect(await store.claim(same)).toMatchObject({ kind: "recorded" });
    expect(await store.claim({ ...same, asked: other })).toMatchObject({
      kind: "claimed",
      refund: { tid: "99999999" },
    });
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
    expect(operations).toEqual(["UpdateItem"]);
  });

  test("that collides with another's transaction is in flight", async () => {
    const refund = claimedRefund();
    failOnce(client, conflict);
    expect(await store.claim(claimOf(refund))).toMatchObject({ kind: "in_flight", refund: undefined });
    failOnce(client, conflictCancellation);
    const chosen = claimOf(refund, { key: chosenKey(start) });
    expect(await store.claim(chosen)).toMatchObject({ kind: "in_flight", refund: undefined });
  });

  test.each([() => undefined, chosenKey])("whose answer is lost on the way is claimed all the same", async (keyOf) => {
    const refund = claimedRefund();
    const claim = claimOf(refund, { key: keyOf(start) });
    const attempts = recordAttempts(client);
    loseNextAnswer(client);
    expect(await store.claim(claim)).toEqual({
      kind: "claimed",
      refund: newRefund(claim),
      keyExpiresAt: claim.key?.expiresAt,
    });
    expect(attempts()).toBe(2);
    expect(await store.read(refund)).toEqual(newRefund(claim));
  });

  test.each(["ThrottlingError", "ProvisionedThroughputExceeded"])(
    "that the database throttles is in flight, as one that collides: %s",
    async (reason) => {
      failOnce(client, () => cancellation([reason, "None"]));
      const chosen = claimOf(claimedRefund(), { key: chosenKey(start) });
      expect(await store.claim(chosen)).toMatchObject({ kind: "in_flight", refund: undefined });
    },
  );

  test("is unavailable, with the cause, where the table is in trouble", async () => {
    const cause = new Error("denied");
    failOnce(client, () => cause);
    await expect(store.claim(claimOf(claimedRefund()))).rejects.toMatchObject({ code: "RECORD_UNAVAILABLE", cause });
    failOnce(client, () => cancellation(["ValidationError", "None"]));
    const chosen = claimOf(claimedRefund(), { key: chosenKey(start) });
    await expect(store.claim(chosen)).rejects.toMatchObject({ code: "RECORD_UNAVAILABLE" });
  });
});

describe("a key that the partner chose", () => {
  const chosen = (refund: Refund) => ({ ...claimOf(refund), key: chosenKey(start) });

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
    const again = { ...first.key, expiresAt: start + 1e12 };
    expect(await store.claim(claimOf(refund, { key: again, now: start + minuteMs }))).toMatchObject({
      kind: "claimed",
      keyExpiresAt: first.key.expiresAt,
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

describe("a settle", () => {
  test("keeps the refund with its answer by one update, and both are read back in one hop", async () => {
    const claim = await claimed(claimOf(claimedRefund()));
    const operations = recordOperations(client);
    const check = checkOf(processing, { errMsg: "处理中" });
    const { after, result } = await settle(claim, check, start + 100);
    expect(result).toEqual({ kind: "settled" });
    expect(after.answer?.fields).toEqual(check.answer);
    expect(await store.read(claim)).toEqual(after);
    expect(operations).toEqual(["UpdateItem", "GetItem"]);
  });

  test("keeps an answer that it replaces in one step with the refund", async () => {
    const { after } = await settle(await claimed(claimOf(claimedRefund())), checkOf(processing), start + 100);
    const operations = recordOperations(client);
    await settle(after, checkOf(succeeded), start + 200);
    expect(operations).toEqual(["TransactWriteItems"]);
    expect(await answersBeside(after)).toEqual([after.answer]);
  });

  test("makes a final refund due to be told, by the same update", async () => {
    const claim = await claimed(claimOf(claimedRefund()));
    const operations = recordOperations(client);
    const { after } = await settle(claim, checkOf(succeeded), start + 100);
    expect(operations).toEqual(["UpdateItem"]);
    const item = await itemOf(claim);
    expect(item.dueAt).toEqual({ N: String(start + 100) });
    expect(item.dueShard?.S).toMatch(/^t\d+$/);
    expect(item.untoldSequence).toEqual({ N: String(after.version) });
    expect(await store.read(claim)).toMatchObject({ dueAt: undefined, untold: after.untold });
  });

  test("takes a final refund that no partner has asked about out of the due index", async () => {
    const unasked = claimedRefund({ partners: [] });
    await putItem({ client, table }, refundItem(unasked));
    await settle(unasked, checkOf(succeeded), start + 100);
    const item = await itemOf(unasked);
    expect([item.dueAt, item.dueShard, item.untoldSequence]).toEqual([undefined, undefined, undefined]);
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

  test("outlasts a throttled transaction", async () => {
    const { after } = await settle(await claimed(claimOf(claimedRefund())), checkOf(processing), start + 100);
    failOnce(client, () => cancellation(["None", "ProvisionedThroughputExceeded"]));
    expect((await settle(after, checkOf(succeeded), start + 200)).result).toEqual({ kind: "settled" });
  });

  test("whose answer was lost, and that the SDK repeats, knows its own write again", async () => {
    const before = await claimed(claimOf(claimedRefund()));
    loseNextAnswer(client, "UpdateItem");
    const { after, result } = await settle(before, checkOf(processing), start + 100);
    expect(result).toEqual({ kind: "settled" });
    expect(await store.read(before)).toEqual(after);
  });

  test("that is repeated after partners were told of it, knows its own write again", async () => {
    const before = await claimed(claimOf(claimedRefund()));
    const { after } = await settle(before, checkOf(succeeded), start + 100);
    expect(await createDynamoEventStore(storeOptions({ client, table })).markTold(after)).toBe(true);
    expect(await store.settle({ before, after })).toEqual({ kind: "settled" });
  });

  test("that is repeated after partners were told knows its own write, though what came back was cut to fit", async () => {
    const cameBack = { status: 500, bytes: 2_000, digest: "0123abcd", excerpt: "x".repeat(1_500) };
    const evidence = [{ reading: timedOut, code: undefined, times: 1, at: start, cameBack }];
    const before = { ...(await claimed(claimOf(claimedRefund()))), evidence };
    const { after } = await settle(before, checkOf(succeeded), start + 100);
    const stored = (await store.read(before)) as Refund;
    expect(stored.evidence[0]?.cameBack?.excerpt.length).toBeLessThan(cameBack.excerpt.length);
    expect(await createDynamoEventStore(storeOptions({ client, table })).markTold(stored)).toBe(true);
    expect(await store.settle({ before, after })).toEqual({ kind: "settled" });
  });

  test("writes what it changes and nothing else, so that attributes of a newer version stay", async () => {
    const before = await claimed(claimOf(claimedRefund()));
    await setAttribute(before, "madeByANewerVersion", { S: "keep me" });
    await setAttribute(before, "reading", { S: "a_newer_word" });
    const known = await store.read(before);
    expect(known?.reading).toEqual({ kind: "unclear", cause: "unfamiliar" });
    await claimed(claimOf(before, { now: start + minuteMs }));
    expect(await itemOf(before)).toMatchObject({
      madeByANewerVersion: { S: "keep me" },
      reading: { S: "a_newer_word" },
    });
    const unfamiliar = checkOf({ kind: "unclear", cause: "unfamiliar" });
    await settle((await store.read(before)) as Refund, unfamiliar, start + minuteMs);
    expect(await itemOf(before)).toMatchObject({
      madeByANewerVersion: { S: "keep me" },
      reading: { S: "unclear/unfamiliar" },
    });
  });

  test("keeps the reading of a newer version where a claim has read the refund, until there is a newer check", () => {
    const known = claimedRefund({ reading: { kind: "unclear", cause: "unfamiliar" } });
    const written = (after: Refund) => {
      const { write } = takeOver(known, after, testLayout);
      return "names" in write ? Object.values(write.names) : [];
    };
    const claimedAgain = { ...known, version: known.version + 1 };
    expect(written(claimedAgain)).not.toContain("reading");
    expect(written({ ...claimedAgain, checkedAt: start + 1 })).toContain("reading");
  });

  test("never moves a refund in a state that only a newer version knows, and a claim answers from its record", async () => {
    const before = await claimed(claimOf(claimedRefund()));
    await setAttribute(before, "state", { S: "reversed" });
    const known = await store.claim(claimOf(before, { now: start + minuteMs }));
    expect(known).toMatchObject({ kind: "recorded", refund: { state: "pending", stateIsNewer: true, version: 1 } });
    expect((await settle(before, checkOf(succeeded), start + minuteMs)).result).toMatchObject({ kind: "superseded" });
    expect((await itemOf(before)).state).toEqual({ S: "reversed" });
  });

  test("stores what the layout names and nothing else, the partner's own words least of all", async () => {
    const claim = await claimed(claimOf(claimedRefund()));
    const withMore = { ...claim, srcReserve: "the partner's words" };
    await settle(withMore, checkOf(processing), start + 100);
    expect(JSON.stringify(await itemOf(claim))).not.toContain("words");
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
    isAnswered: true,
    answer,
    lease: { owner: "o".repeat(16), until: start + 28_000 },
    partners: ["north-shop", "south-shop"],
    confirmedTid: testTid,
    lastAsked: { tid: testTid, digest: "0123456789a" },
  });
  const { ConsumedCapacity } = await client.send(
    new PutItemCommand({ TableName: table, Item: refundItem(refund, layout), ReturnConsumedCapacity: "INDEXES" }),
  );
  expect(ConsumedCapacity?.Table?.CapacityUnits).toBe(1);
  const read = readRefundItem(await itemOf(refund), layout);
  expect({ ...read, answer: undefined }).toEqual({ ...refund, answer: undefined });
  expect(read.answer).toEqual(JSON.parse(JSON.stringify(answer)));
});

test.each([
  ["no version", { version: undefined }],
  ["an answer that is no JSON", { answer: { S: "{" } }],
  ["a number where a text belongs", { tid: { N: "1" } }],
])("a record that cannot be read is named as such: %s", async (_, change) => {
  const refund = claimedRefund();
  const Item = Object.fromEntries(
    Object.entries({ ...refundItem(refund), ...change }).filter(([, value]) => value !== undefined),
  );
  await client.send(new PutItemCommand({ TableName: table, Item }));
  await expect(store.read(refund)).rejects.toMatchObject({ code: "RECORD_UNREADABLE" });
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

async function setAttribute(refund: Refund, name: string, value: AttributeValue) {
  const Item = { ...(await itemOf(refund)), [name]: value };
  await client.send(new PutItemCommand({ TableName: table, Item }));
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

test.each(["REFUND#898310148160568", "REFUND##APPDEFAULT#ORDER-1", "KEY#north-shop#1"])(
  "an item whose key names no refund cannot be read as one: %s",
  (pk) => {
    const item = { ...refundItem(claimedRefund()), pk: { S: pk } };
    expect(() => readRefundItem(item, layout)).toThrow(UnavailableError);
  },
);

test("a refund is named by its key alone, whatever its order number holds", () => {
  const refund = claimedRefund({ merOrderId: "A#B#C" });
  expect(readRefundItem(refundItem(refund), testLayout)).toEqual(refund);
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { answerItem, readAnswerItem } from "../../shared/aws/answer-item.ts";
import type { Item } from "../../shared/aws/attributes.ts";
import { auditItem, readAuditItem } from "../../shared/aws/audit-item.ts";
import { createDynamoShareStore } from "../../shared/aws/dynamo-share-store.ts";
import { createDynamoTokenStore } from "../../shared/aws/dynamo-token-store.ts";
import { keyItem, readKeyItem } from "../../shared/aws/key-item.ts";
import { operatorActionItem, readOperatorActionItem } from "../../shared/aws/operator-action-item.ts";
import { partnerAuditItem, readPartnerAuditItem } from "../../shared/aws/partner-audit-item.ts";
import { readRefundItem } from "../../shared/aws/refund-item.ts";
import { sweepItem } from "../../shared/aws/sweep-item.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { layout, refundItem } from "../support/refund-items.ts";
import { start } from "../support/refunds.ts";
import { newTable, putItem, storeOptions } from "../support/tables.ts";

// Items of every layout that has ever landed. A file is never changed or deleted, because items like it are in tables.

const folder = join(import.meta.dirname, "../fixtures/items");
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
const itemOf = (name: string): Item => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
const identity = { mid: "898310148160568", instMid: "APPDEFAULT", merOrderId: "124S2023071980881897" };

/** What each refund on file means, in the words of the domain. */
const refunds: Record<string, Partial<Refund>> = {
  "1-refund-claimed": {
    state: "pending",
    version: 1,
    tid: "88880001",
    askedTids: ["88880001"],
    confirmedTid: undefined,
    lease: { owner: "0123456789abcdef", until: start + 28_000 },
    dueAt: start + 54_000,
    attempts: 0,
    reading: undefined,
    answer: undefined,
  },
  "1-refund-pending": {
    state: "pending",
    version: 2,
    confirmedTid: "88880001",
    askedTids: [],
    reading: { kind: "processing" },
    code: "PROCESSING",
    lastAsked: { tid: "88880001", digest: "Ab3_xYz-012" },
    attempts: 1,
    openRung: 1,
    notFoundRung: 0,
    firstSeenAt: start,
    checkedAt: start + 400,
    isAnswered: true,
    lease: undefined,
    partners: ["north-shop"],
  },
  "1-refund-unanswered": {
    state: "pending",
    reading: { kind: "unclear", cause: "timeout" },
    isAnswered: false,
    stalledSince: start + 60_000,
    lastAsked: { tid: "88880001", digest: undefined },
  },
  "1-refund-settled": { state: "succeeded", dueAt: undefined, isAnswered: true, stateIsNewer: false },
  "1-refund-to-verify": { state: "succeeded", dueAt: start + 86_400_000, verifyRequestedAt: start + 86_400_000 },
  "4-refund-seen-open": { state: "succeeded", firstSeenAt: start - 120_000, seenOpenAt: start - 60_000, openRung: 1 },
  "3-refund-untold": {
    state: "succeeded",
    version: 2,
    dueAt: undefined,
    untold: { sequence: 2, since: start + 400, overtaken: [] },
    partners: ["north-shop"],
  },
  "3-refund-untold-in-review": {
    state: "needs_review",
    version: 41,
    dueAt: start + 780_000_000,
    untold: { sequence: 41, since: start + 700_000_000, overtaken: [] },
  },
  "5-refund-overtaken": {
    state: "succeeded",
    version: 44,
    dueAt: undefined,
    untold: { sequence: 44, since: start + 700_000_000, overtaken: [9, 41] },
  },
  "4-refund-left-to-a-person": { state: "needs_review", version: 64, dueAt: undefined, untold: undefined },
  "4-refund-evidence": {
    reading: { kind: "unclear", cause: "unreadable" },
    acknowledged: "refused",
    sentMsgId: "0123456789abcdef".repeat(2),
    evidence: [
      {
        reading: { kind: "blocked", by: "credentials" },
        code: "1000",
        times: 1,
        at: start + 400,
        cameBack: { status: 412, bytes: 61, digest: "0a1b2c3d", excerpt: '{"errCode":"1000","errInfo":"验签失败"}' },
      },
      {
        reading: { kind: "unclear", cause: "timeout" },
        code: undefined,
        times: 2,
        at: start + 120_000,
        cameBack: undefined,
      },
      {
        reading: { kind: "unclear", cause: "unreadable" },
        code: undefined,
        times: 3,
        at: start + 400_000,
        cameBack: {
          status: 502,
          bytes: 118,
          digest: "4e5f6a7b",
          excerpt: "<html><head><title>502 Bad Gateway</title></head>",
        },
      },
    ],
  },
  "2-refund-of-a-newer-version": {
    state: "pending",
    stateIsNewer: true,
    reading: { kind: "unclear", cause: "unfamiliar" },
    version: 9,
  },
};

test("every item on file is read by a test", () => {
  const others = ["1-answer", "1-audit", "1-key", "1-partner-audit", "1-share", "1-sweep", "1-token"].concat(
    "4-operator-action",
  );
  const ofTelling = names.filter((name) => /^3-(event|page|delivery|endpoint)/.test(name));
  expect(names.toSorted()).toEqual([...others, ...ofTelling, ...Object.keys(refunds)].toSorted());
});

describe.each(Object.entries(refunds))("%s", (name, meaning) => {
  test("is read as what it meant when it was written", () => {
    const refund = readRefundItem(itemOf(name), layout);
    expect(refund).toMatchObject(meaning);
    expect(refund).toMatchObject(name.startsWith("2-") ? { merOrderId: "NEWER-0001" } : identity);
  });
});

test.each(["1-refund-pending", "1-refund-settled"])(
  "the answer of %s keeps every member under its own name",
  (name) => {
    const { answer } = readRefundItem(itemOf(name), layout);
    expect(answer).toMatchObject({ version: 2, at: start + 400, latencyMs: 120, matchedBy: "merOrderId" });
    expect(answer?.fields).toMatchObject({
      errCode: "SUCCESS",
      totalAmount: 12400,
      merName: "测试商户",
      refundOrderId: "124S2023071980959975",
      merOrderId: identity.merOrderId,
      refundFundsDesc: "现金退款124.00元",
      sendBackAmount: 600,
    });
  },
);

test.each(Object.keys(refunds).filter((name) => !name.startsWith("2-")))("%s is still written as it was", (name) => {
  expect(refundItem(readRefundItem(itemOf(name), layout), layout)).toEqual(itemOf(name));
});

test("members of an answer that only a newer version knows are kept apart from those that we know", () => {
  const { answer } = readRefundItem(itemOf("2-refund-of-a-newer-version"), layout);
  expect(answer?.fields).toEqual({ errCode: "SUCCESS", "?zz": "new" });
  expect(answer?.matchedBy).toBeUndefined();
});

test("a replaced answer is read as what it meant", () => {
  expect(readAnswerItem(itemOf("1-answer"))).toMatchObject({
    version: 2,
    at: start + 400,
    latencyMs: 120,
    reading: { kind: "processing" },
    matchedBy: "merOrderId",
    fields: { errCode: "SUCCESS", refundStatus: "PROCESSING", totalAmount: 12400 },
  });
});

test("a verification is read as what it meant", () => {
  expect(readAuditItem(itemOf("1-audit"))).toEqual({
    at: start + 86_400_000,
    reading: { kind: "settled", outcome: "failed" },
    code: "FAIL",
    matchedBy: "refundOrderId",
    contradicts: true,
    latencyMs: 90,
    fields: { errCode: "SUCCESS", refundStatus: "FAIL" },
  });
});

test("a replaced answer and a verification are still written as they were", () => {
  const answer = readAnswerItem(itemOf("1-answer"));
  const verification = readAuditItem(itemOf("1-audit"));
  if (answer === undefined || verification === undefined) throw new Error("not read");
  expect(answerItem(identity, answer)).toEqual(itemOf("1-answer"));
  expect(auditItem(identity, verification)).toEqual(itemOf("1-audit"));
  expect(readAuditItem(auditItem(identity, { ...verification, contradicts: false }))?.contradicts).toBe(false);
  const without = { ...verification, fields: undefined, code: undefined, matchedBy: undefined };
  expect(readAuditItem(auditItem(identity, without))).toEqual(without);
  expect(answerItem(identity, { ...answer, at: start }).ttl).toEqual({ N: String(start / 1_000 + 400 * 86_400) });
});

test("what an operator did is read as what it meant, is still written as it was, and is no verification", () => {
  const item = itemOf("4-operator-action");
  const action = readOperatorActionItem(item);
  expect(action).toEqual({ kind: "acknowledged", at: start, by: "operator", text: "The merchant is being set up." });
  expect(action && operatorActionItem(identity, action)).toEqual(item);
  expect(readAuditItem(item)).toBeUndefined();
  expect(readOperatorActionItem(itemOf("1-audit"))).toBeUndefined();
});

test("an item of another kind is neither an answer nor a verification, and one of an unknown kind cannot be read", () => {
  expect([readAnswerItem(itemOf("1-audit")), readAuditItem(itemOf("1-answer"))]).toEqual([undefined, undefined]);
  expect([readAnswerItem({}), readAuditItem({})]).toEqual([undefined, undefined]);
  expect(() => readAuditItem({ ...itemOf("1-audit"), kind: { S: "changed" } })).toThrow();
  expect(() => readAnswerItem({ ...itemOf("1-answer"), fields: { S: '{"errCode":["SUCCESS"]}' } })).toThrow();
  expect(() => readAnswerItem({ ...itemOf("1-answer"), fields: { S: "null" } })).toThrow();
});

test("a key is read as what it meant, and is still written as it was", () => {
  const stored = { payloadDigest: "Ab3_xYz-012", expiresAt: start + 259_200_000 };
  expect(readKeyItem(itemOf("1-key"))).toEqual(stored);
  expect(keyItem({ id: `north-shop#${"0".repeat(64)}`, ...stored }, identity)).toEqual(itemOf("1-key"));
});

test("the right to sweep is still written as it was", () => {
  const lease = { owner: "0123456789abcdef", until: start + 28_000 };
  expect(sweepItem("0,1,2,3", lease)).toEqual(itemOf("1-sweep"));
});

test("what a partner has taken of its share is read as what it meant", async () => {
  const table = await newTable();
  await putItem(table, itemOf("1-share"));
  const store = createDynamoShareStore({ ...storeOptions(table), now: () => start });
  expect(await store.spend("north-shop", 100, start + 50)).toBe(start + 150);
});

test("a change of a partner is read as what it meant, and is still written as it was", () => {
  const change = readPartnerAuditItem(itemOf("1-partner-audit"));
  expect(change).toEqual({
    partnerId: "north-shop",
    at: start,
    change: "rotate",
    by: "operator",
    requestId: "11111111-2222-3333-4444-555555555555",
  });
  expect(partnerAuditItem(change)).toEqual(itemOf("1-partner-audit"));
});

test("a token is read as what it meant", async () => {
  const { client, table } = await newTable();
  await putItem({ client, table }, itemOf("1-token"));
  const record = await createDynamoTokenStore(storeOptions({ client, table })).read("12345678901234567890123456789012");
  expect(record).toEqual({
    version: 4,
    lease: undefined,
    token: {
      value: "0123456789abcdef0123456789abcdef",
      issuedAt: start,
      expiresAt: start + 3_600_000,
      replaceableAt: start,
    },
    failure: undefined,
  });
});

import { expect, test } from "vitest";
import { createRefundStatusClient, type RefundStatusClientDeps } from "../../client/refund-status-client.ts";
import { RefundStatusError } from "../../client/refund-status-error.ts";
import { useLocalRun } from "../support/local-run.ts";
import { newOrder } from "../support/partner.ts";
import { callsOf, script } from "../support/simulator-control.ts";

const platform = { appId: "the-platform", appKey: "the-platforms-key" };
const local = useLocalRun({ platform });

function clientOf(more: Partial<RefundStatusClientDeps> = {}) {
  const [partner] = local.ready().partners;
  if (partner === undefined) throw new Error("the local run has no partner");
  return createRefundStatusClient({ baseUrl: local.ready().url, ...partner, ...more });
}

const questionAbout = (merOrderId: string) => ({
  merOrderId,
  mid: local.partner().mid,
  tid: "88880001",
  instMid: "APPDEFAULT",
});

async function failureOf(call: Promise<unknown>): Promise<RefundStatusError> {
  const error: unknown = await call.catch((thrown: unknown) => thrown);
  if (!(error instanceof RefundStatusError)) throw new Error("not a RefundStatusError", { cause: error });
  return error;
}

test("the client learns that a refund has ended, by the member to decide by", async () => {
  const question = { ...questionAbout(newOrder("FAIL-")), msgId: "m-1", srcReserve: '备注 "1"' };
  const { recheck, errCode, msgId, srcReserve, totalAmount } = await clientOf().query(question);
  expect(recheck).toMatchObject({ final: true, state: "failed", nextCheckAt: null });
  expect({ errCode, msgId, srcReserve }).toEqual({ errCode: "SUCCESS", msgId: "m-1", srcReserve: '备注 "1"' });
  expect(totalAmount).toBeTypeOf("number");
});

test("the client learns when a refund that has not ended is checked again", async () => {
  const { recheck } = await clientOf().query(questionAbout(newOrder("PROCESSING-")));
  expect(recheck).toMatchObject({ final: false, state: "pending" });
  expect(Date.parse(recheck.nextCheckAt ?? "")).toBeGreaterThan(Date.now());
});

test("the client asks again by itself where ChinaUMS has given no answer", async () => {
  const question = questionAbout(newOrder("T-"));
  await script(local.ready().upstreamUrl, question.merOrderId, [{ raw: "<html>" }, {}]);
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
    await local.makeOutdated(question.merOrderId);
  };
  const { recheck } = await clientOf({ sleep }).query(question);
  expect(recheck).toMatchObject({ final: true, state: "succeeded" });
  expect(waits).toEqual([expect.any(Number)]);
  expect(waits[0]).toBeGreaterThanOrEqual(1_000);
});

test("a key of the client is remembered over its calls", async () => {
  const client = clientOf();
  const idempotencyKey = newOrder("key-");
  await client.query(questionAbout(newOrder("SUCCESS-")), { idempotencyKey });
  const other = await failureOf(client.query(questionAbout(newOrder("SUCCESS-")), { idempotencyKey }));
  expect(other).toMatchObject({ reason: "refused", status: 422 });
});

test("each refusal has its reason, and ChinaUMS is not asked", async () => {
  const question = questionAbout(newOrder("SUCCESS-"));
  const wrongKey = await failureOf(clientOf({ appKey: "not-the-key" }).query(question));
  expect(wrongKey).toMatchObject({ reason: "unauthenticated", errCode: "1000" });
  const notOurs = await failureOf(clientOf().query({ ...question, mid: "898310148160599" }));
  expect(notOurs).toMatchObject({ reason: "forbidden", errCode: "1001" });
  const wrong = await failureOf(clientOf().query({ ...question, tid: "1" }));
  expect(wrong).toMatchObject({ reason: "refused", errors: [{ field: "tid" }] });
  expect(await callsOf(local.ready().upstreamUrl, question.merOrderId)).toEqual([]);
});

test("an answer of ChinaUMS itself is not taken for one of this service", async () => {
  const client = clientOf({ baseUrl: local.ready().upstreamUrl, ...platform });
  const error = await failureOf(client.query(questionAbout(newOrder("SUCCESS-"))));
  expect(error).toMatchObject({ reason: "unexpected_answer", status: 200, body: { refundStatus: "SUCCESS" } });
});

import { expect, test } from "vitest";
import type { Recheck, RefundAnswer, RefundQuestion } from "../../client/query-contract.ts";
import { signQuery } from "../../client/signed-query.ts";
import { readRefundQueryRequest } from "../../functions/refund-query/contract/request.ts";
import { answerMembers } from "../../shared/chinaums/refund-query/answer-fields.ts";
import { allowedPredecessors } from "../../shared/refund/refund.ts";

/** What the client's types name. A member that is added to a type, or taken from it, does not compile here. */
const ofAnAnswer: Record<Exclude<keyof RefundAnswer, "recheck" | "msgId" | "srcReserve">, true> = {
  errCode: true,
  errMsg: true,
  errInfo: true,
  responseTimeStamp: true,
  responseTimestamp: true,
  mid: true,
  tid: true,
  refundMerchantContribute: true,
  refundOtherContribute: true,
  refundStatus: true,
  refundOrderId: true,
  refundTargetOrderId: true,
  seqId: true,
  settleRefId: true,
  status: true,
  totalAmount: true,
  merName: true,
  merOrderId: true,
  targetOrderId: true,
  targetSys: true,
  targetStatus: true,
  targetMid: true,
  bankCardNo: true,
  bankInfo: true,
  refundFunds: true,
  refundFundsDesc: true,
  payTime: true,
  settleDate: true,
  refundInvoiceAmount: true,
  yxlmAmount: true,
  sendBackAmount: true,
};
const states: Record<Recheck["state"], true> = { pending: true, needs_review: true, succeeded: true, failed: true };
/** Every member that a question may have. */
const question: Required<Extract<RefundQuestion, { instMid: string }>> = {
  merOrderId: "REFUND-0001",
  mid: "898310148160568",
  tid: "88880001",
  instMid: "APPDEFAULT",
  systemId: undefined,
  msgId: "m-1",
  srcReserve: "备注",
};

test("an answer has the members that the service shows, and no others", () => {
  expect(Object.keys(ofAnAnswer).sort()).toEqual([...answerMembers].sort());
});

test("a refund has the states that the service knows", () => {
  expect(Object.keys(states).sort()).toEqual(Object.keys(allowedPredecessors).sort());
});

test("a question with every member is a request that the service reads whole", () => {
  const { body } = signQuery(
    { baseUrl: "", credentials: { appId: "a", appKey: "k" }, question },
    { now: 0, nonce: "n" },
  );
  const read = readRefundQueryRequest(Buffer.from(body));
  expect(read).toMatchObject({ request: JSON.parse(JSON.stringify({ ...question })) });
});

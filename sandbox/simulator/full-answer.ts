import { createHash } from "node:crypto";
import { toBeijingTime } from "./beijing-time.ts";
import type { RefundQuery } from "./parse-refund-query.ts";

/** An answer's members, under the platform's names. A member that is undefined is not sent. */
export type AnswerFields = Record<string, unknown>;

/** The members that every business answer echoes or stamps. `nowMs` is in epoch milliseconds. */
export function commonFields(query: Readonly<Record<string, unknown>>, nowMs: number): AnswerFields {
  const { mid, tid, msgId, srcReserve } = query;
  return { responseTimestamp: toBeijingTime(nowMs), mid, tid, msgId, srcReserve };
}

/**
 * The answer about a refund that the live platform gives: the page's sample, with amounts as numbers (fen), the asked
 * number in `refundOrderId` and the original payment's in `merOrderId`, and two members that the page does not have.
 * The same refund always has the same numbers, and all day the same times, so that a second check brings no new answer.
 */
export function liveAnswer(query: RefundQuery, nowMs: number): AnswerFields {
  const digits = digitsOf(query.merOrderId);
  const today = toBeijingTime(nowMs).slice(0, 10);
  return {
    errCode: "SUCCESS",
    errMsg: "查询成功",
    ...commonFields(query, nowMs),
    ...amountsFen,
    refundStatus: "SUCCESS",
    refundOrderId: query.merOrderId,
    refundTargetOrderId: `5010160660${digits.slice(0, 19)}`,
    seqId: `${digits.slice(0, 11)}N`,
    settleRefId: `${digits.slice(0, 11)}N`,
    status: "TRADE_SUCCESS",
    merName: "测试商户",
    merOrderId: otherOrderNumber(query.merOrderId),
    targetOrderId: `5010100641${digits.slice(10, 29)}`,
    targetSys: "WXPay",
    targetStatus: "SUCCESS|SUCCESS",
    targetMid: "2088510790622400",
    bankCardNo: "",
    bankInfo: "",
    refundFunds: "现金:12400",
    refundFundsDesc: "现金退款124.00元",
    payTime: `${today} 00:00:00`,
    settleDate: today,
    connectSys: "UNIONPAY",
    chnlCost: "0.0000",
  };
}

/** The same answer as the page prints its sample: amounts as strings, its spelling of the time, the numbers swapped. */
export function pageAnswer(query: RefundQuery, nowMs: number): AnswerFields {
  const { responseTimestamp, connectSys: _, chnlCost: __, ...documented } = liveAnswer(query, nowMs);
  return {
    ...documented,
    ...Object.fromEntries(Object.entries(amountsFen).map(([name, fen]) => [name, String(fen)])),
    responseTimeStamp: responseTimestamp,
    refundOrderId: documented.merOrderId,
    merOrderId: query.merOrderId,
  };
}

const amountsFen = {
  totalAmount: 12400,
  refundInvoiceAmount: 12400,
  refundMerchantContribute: 500,
  refundOtherContribute: 600,
  yxlmAmount: 500,
  sendBackAmount: 600,
};

/** Another order number in the platform's style, derived from the given one. */
function otherOrderNumber(merOrderId: string): string {
  return `124S${digitsOf(`other ${merOrderId}`).slice(0, 16)}`;
}

function digitsOf(text: string): string {
  return Array.from(createHash("sha256").update(text).digest(), (byte) => byte % 10).join("");
}

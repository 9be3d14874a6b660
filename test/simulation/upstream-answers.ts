import type { PostResult } from "../../shared/chinaums/transport/raw-answer.ts";
import { beijing } from "./platform.ts";
import type { Truth } from "./truth.ts";
import type { World } from "./world.ts";

/** What a question to ChinaUMS asks. */
export type Asked = {
  readonly mid: string;
  readonly instMid: string;
  readonly merOrderId: string;
  readonly tid: string;
  readonly msgId: string;
  readonly srcReserve?: string;
};

const fullCard = "6228481234567890123";

export function text(status: number, body: string): PostResult {
  return { kind: "answer", answer: { status, body } };
}

export function json(status: number, body: object): PostResult {
  return text(status, JSON.stringify(body));
}

/** The answer to a question, as the page of the call has it, its numbers as this refund's are given. */
export function fullAnswer(
  { clock, random }: World,
  asked: Asked,
  truth: Truth,
  word: string,
): { [member: string]: unknown } {
  const { merOrderId, paymentOrderId, numbers } = truth;
  const amount = 100 + truth.merOrderId.length;
  const [refundOrderId, merOrder] = numbers === "swapped" ? [paymentOrderId, merOrderId] : [merOrderId, paymentOrderId];
  return {
    errCode: "SUCCESS",
    errMsg: "查询成功",
    [random() < 0.5 ? "responseTimeStamp" : "responseTimestamp"]: beijing(clock.now()),
    mid: asked.mid,
    ...(numbers !== "without terminal" && { tid: asked.tid }),
    msgId: asked.msgId,
    srcReserve: asked.srcReserve,
    refundStatus: word,
    ...(numbers !== "message number" && { refundOrderId, merOrderId: merOrder }),
    status: "TRADE_SUCCESS",
    targetStatus: "SUCCESS|SUCCESS",
    totalAmount: random() < 0.5 ? amount : String(amount),
    bankCardNo: fullCard,
    bankInfo: "农业银行 6228 4812 3456 7890 123",
    connectSys: "UNKNOWN_TO_US",
  };
}

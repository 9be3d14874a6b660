import { readingWord } from "../../shared/refund/reading-word.ts";
import type { KeptAnswer, Refund } from "../../shared/refund/refund.ts";

const beijing = (epochMs: number) => new Date(epochMs + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");

/** What ChinaUMS's support asks for, in Chinese, with Beijing time. It has no secret, and no number of a card or account. */
export function textForChinaums(refund: Refund, answers: readonly KeptAnswer[]): string {
  const { mid, tid, confirmedTid, instMid, merOrderId, reading, code, evidence } = refund;
  const last = answers.at(-1);
  const told = (name: string) => {
    const value = last?.fields[name];
    return value === undefined ? [] : [`${name}：${value}`];
  };
  return [
    "您好，请协助核实以下退款的最终结果：",
    `商户号 mid：${mid}`,
    `终端号 tid：${confirmedTid ?? tid}`,
    `业务类型 instMid：${instMid}`,
    `退货订单号 merOrderId：${merOrderId}`,
    ...["refundTargetOrderId", "targetOrderId", "seqId", "settleRefId", "totalAmount", "payTime", "settleDate"].flatMap(
      told,
    ),
    `首次查询：${beijing(refund.firstSeenAt)}（北京时间）`,
    ...(refund.checkedAt === undefined
      ? []
      : [`最近查询：${beijing(refund.checkedAt)}（北京时间），共 ${refund.attempts} 次`]),
    ...(refund.sentMsgId === undefined ? [] : [`最近一次查询的 msgId：${refund.sentMsgId}`]),
    ...(reading === undefined
      ? []
      : [`最近判读：${readingWord(reading)}${code === undefined ? "" : `，码值 ${code}`}`]),
    ...(last === undefined
      ? []
      : [
          `最近应答：${beijing(last.at)} errCode=${last.fields.errCode ?? ""} refundStatus=${last.fields.refundStatus ?? ""}`,
        ]),
    ...evidence.map(
      ({ at, times, cameBack, code: its }) =>
        `无有效应答 ${times} 次，最近 ${beijing(at)}：${cameBack === undefined ? "没有收到应答" : `HTTP ${cameBack.status}，${cameBack.bytes} 字节`}${its === undefined ? "" : `，码值 ${its}`}`,
    ),
  ].join("\n");
}

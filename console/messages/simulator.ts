import type { StepName } from "../data/simulator-steps.ts";
import type { Both } from "../language.ts";

/** Texts of the page of the simulator. */
export const simulatorWords = {
  intro: [
    "Name an order, choose what the simulated ChinaUMS answers next about it and script that, then ask as a partner does.",
    "填写订单号，选择模拟的银联商务接下来的应答并设定，然后像合作方一样查询。",
  ],
  question: ["The question", "查询"],
  script: ["Next answers", "后续应答"],
  add: ["Add an answer", "添加应答"],
  chosen: ["Chosen, but not scripted yet; the last one repeats", "已选择，尚未设定；最后一个会重复"],
  scripted: ["Scripted, first to last; the last one repeats", "已设定，依次应答；最后一个会重复"],
  nothingChosen: [
    "Nothing is chosen here. Without a script the number's prefix decides, as of SUCCESS-0001; any other is no such order.",
    "这里尚未选择。没有设定应答时由号码前缀决定，例如 SUCCESS-0001；其他号码为查无此单。",
  ],
  clear: ["Start over", "重新选择"],
  scriptNow: ["Script these answers", "设定这些应答"],
  ask: ["Sign and send the request", "签名并发送请求"],
  request: ["The request as it was sent", "发送的原始请求"],
  answer: ["The answer as it came", "收到的原始应答"],
  same: ["The same in other languages", "其他语言的同样请求"],
  open: ["Open the refund {0}", "打开退款 {0}"],
  asPartner: ["Ask as", "以此合作方查询"],
  noAnswer: ["No answer came: {0}", "没有收到应答：{0}"],
} as const satisfies Record<string, Both>;

export const stepWords = {
  succeeded: ["refund succeeded", "退款成功"],
  failed: ["refund failed", "退款失败"],
  processing: ["processing", "处理中"],
  unknown: ["status unknown", "状态不明"],
  noOrder: ["no such order", "查无此单"],
  locked: ["order locked", "订单锁定"],
  badRequest: ["request refused", "请求被拒"],
  badSign: ["signature refused", "验签失败"],
  otherRefund: ["about another refund", "不是这笔退款"],
  page: ["a 502 page", "502 页面"],
  reset: ["connection reset", "连接重置"],
  hang: ["no answer", "不应答"],
} as const satisfies Record<StepName, Both>;

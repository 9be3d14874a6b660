import type { Need } from "../../shared/refund/needs-person.ts";
import type { BlockedBy, Reading, UnclearCause } from "../../shared/refund/reading.ts";
import type { RefundState } from "../../shared/refund/refund.ts";
import type { Both } from "../language.ts";

/** What a state is called. */
export const stateWords = {
  pending: ["pending", "处理中"],
  needs_review: ["needs review", "待人工核实"],
  succeeded: ["succeeded", "退款成功"],
  failed: ["failed", "退款失败"],
} as const satisfies Record<RefundState, Both>;

export const needWords = {
  review: ["Checks have found no outcome: ask ChinaUMS", "多次复查仍无结果：请联系银联商务"],
  refused: ["ChinaUMS refuses the question, or answers about another refund", "请求被拒，或应答不是这笔退款"],
  refused_us: ["ChinaUMS refuses our key, address or clock", "我方凭证、地址或时钟被拒"],
  silent: ["No answer for a day or more", "一天以上没有应答"],
} as const satisfies Record<Need, Both>;

/** What a person does about it. */
export const adviceWords = {
  review: [
    "Copy it for ChinaUMS below and ask them. Then acknowledge it; it is still checked daily until day 30.",
    "在下方复制信息并联系银联商务，然后确认已知；第 30 天前仍会每天复查。",
  ],
  refused: [
    "See the code below. Correct terminal number, merchant or product with the partner or with ChinaUMS, then check again.",
    "请看下方码值，与合作方或银联商务核对终端号、商户号或业务类型，改正后再查。",
  ],
  refused_us: [
    "Correct the platform's key, the address or the clock; docs/runbook.md says how. Then check again.",
    "请修正平台密钥、出口地址或时钟（见 docs/runbook.zh-CN.md），然后再查。",
  ],
  silent: [
    "See below what came back, and whether ChinaUMS can be reached. The checks go on by themselves.",
    "请看下方收到的内容，并确认能否连上银联商务；复查会自动继续。",
  ],
} as const satisfies Record<Need, Both>;

/** Why a refund with such a last reading is not final. */
const becauseOfCause = {
  timeout: ["ChinaUMS did not answer in time.", "银联商务没有及时应答。"],
  unreachable: ["No connection to ChinaUMS, or it closed before any answer.", "连不上银联商务，或连接在应答前断开。"],
  unreadable: [
    "What came is no answer: it is no JSON, has no errCode, or does not say which refund it is about.",
    "收到的不是有效应答：不是 JSON、没有 errCode，或没有说明是哪笔退款。",
  ],
  gateway: ["The gateway failed before the business system saw the question.", "网关故障，业务系统没有收到查询。"],
  transient: [
    "ChinaUMS or the channel failed this query; that says nothing of the refund.",
    "本次查询失败（系统或渠道异常），不代表退款结果。",
  ],
  locked: ["ChinaUMS has the order locked for a minute.", "订单锁定中，一分钟后再查。"],
  unknown: ["ChinaUMS itself does not know how the refund stands.", "银联商务自己也不知道退款状态。"],
  unfamiliar: [
    "ChinaUMS answered with a code or word that this service does not know.",
    "应答里有本服务不认识的码值。",
  ],
} as const satisfies Record<UnclearCause, Both>;

const becauseOfObjection = {
  credentials: [
    "ChinaUMS refuses our key, address or clock. This concerns every refund.",
    "银联商务拒绝了我方的密钥、地址或时钟，所有退款都受影响。",
  ],
  configuration: ["ChinaUMS refuses the merchant's set-up, or ours.", "商户或我方的配置被拒。"],
  request: [
    "ChinaUMS objects to this request, often to a wrong terminal number.",
    "这个请求被拒，常见原因是终端号不对。",
  ],
} as const satisfies Record<BlockedBy, Both>;

const notChecked: Both = ["It has not been checked yet.", "还没有查询过。"];

/** What the last reading tells about why a refund stands where it does. */
export function becauseOf(reading: Reading | undefined): Both {
  switch (reading?.kind) {
    case undefined:
      return notChecked;
    case "settled":
      return ["ChinaUMS has proved the outcome.", "银联商务已给出终态依据。"];
    case "processing":
      return ["ChinaUMS knows the refund and is still processing it.", "银联商务已受理，仍在处理。"];
    case "not_found":
      return [
        "ChinaUMS knows no such order. It may come later, or the number is wrong.",
        "查无此单。可能稍后才有，也可能号码不对。",
      ];
    case "unclear":
      return becauseOfCause[reading.cause];
    case "blocked":
      return becauseOfObjection[reading.by];
    case "mismatch":
      return ["The answer was about another refund, so it proves nothing.", "应答不是这笔退款，不能作为依据。"];
  }
}

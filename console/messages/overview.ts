import type { Both } from "../language.ts";
import type { CheckKinds } from "../metrics/service-metrics.ts";

/** Texts of the overview. */
export const overviewWords = {
  person: ["What needs a person now", "现在需要人工处理"],
  nobody: ["Nothing. Everything that is open is checked by itself.", "没有。未结束的退款都会自动复查。"],
  empty: [
    "Nothing is open. The simulator lets you script a refund and ask about it:",
    "没有未结束的退款。可在模拟器里设定一笔退款并查询：",
  ],
  more: ["{0} more", "还有 {0} 笔"],
  acknowledged: ["{0} acknowledged", "已确认 {0} 笔"],
  dead: [
    "{0} dead deliveries: a partner's webhook did not take them. Send them again from the page of the refund:",
    "{0} 个死信推送：合作方的 webhook 未接收。请在退款页面重新推送：",
  ],
  unreadable: ["{0} records cannot be read, so they are not checked:", "{0} 条记录无法读取，因此不会复查："],
  open: ["Open refunds", "未结束的退款"],
  atLeast: ["{0} or more", "{0} 以上"],
  oldest: ["Oldest pending", "最早的处理中退款"],
  lag: ["Recheck lag", "复查延迟"],
  dueNow: ["{0} due now", "{0} 笔已到期"],
  untold: ["To be told", "待告知"],
  byState: ["By state", "按状态"],
  byReading: ["By last reading", "按最近判读"],
  checks: ["Checks and settled refunds, per {0}", "每{0}的查询与终态数"],
  checksLine: ["checks", "查询"],
  settledLine: ["settled", "终态"],
  latency: ["How long ChinaUMS takes, in ms", "银联商务响应时间（毫秒）"],
  median: ["median", "中位数"],
  p95: ["95th percentile", "95 百分位"],
  kinds: ["Answers by kind, in the last {0}", "最近 {0} 的应答分类"],
  noMetrics: [
    "What happened before is in the log of the local run, which this console did not start. The console that npm start printed shows it.",
    "历史情况在本地运行的日志里，而本控制台不是它启动的。npm start 打印的控制台会显示。",
  ],
  noCloudWatch: [
    "CloudWatch gave no figures: see whether these credentials have the right cloudwatch:GetMetricData.",
    "CloudWatch 没有返回指标：请确认凭证有 cloudwatch:GetMetricData 权限。",
  ],
  past: ["The last hours", "近期情况"],
  asTable: ["As a table", "以表格显示"],
  time: ["Time", "时间"],
  hour: ["hour", "小时"],
  minute: ["minute", "分钟"],
  refund: ["Refund", "退款"],
} as const satisfies Record<string, Both>;

export const kindWords = {
  settled: ["outcome proved", "已证明终态"],
  failures: ["no readable answer", "没有可读应答"],
  blocked: ["refused", "被拒"],
  mismatches: ["about another refund", "不是这笔退款"],
  unfamiliar: ["unknown word", "未知码值"],
  other: ["no outcome yet", "尚无结果"],
} as const satisfies Record<keyof CheckKinds | "other", Both>;

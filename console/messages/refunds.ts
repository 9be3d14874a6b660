import type { Order, Sort } from "../data/wanted-refunds.ts";
import type { Both } from "../language.ts";

/** Texts of the lists of refunds. */
export const refundsWords = {
  lists: ["Lists", "列表"],
  open: ["Open", "进行中"],
  ended: ["Ended, last 90 days", "已结束（90 天内）"],
  stateOrReading: ["State or reading", "状态或判读"],
  all: ["all", "全部"],
  olderThan: ["Older than", "超过"],
  due: ["due now", "已到期"],
  sort: ["Sorted by", "排序"],
  filter: ["Filter", "筛选"],
  none: ["No refund is like that.", "没有符合条件的退款。"],
  shown: ["{0} on this page", "本页 {0} 笔"],
  first: ["First page", "第一页"],
  next: ["Next page", "下一页"],
  csv: ["All of them as CSV", "全部导出为 CSV"],
  person: ["needs a person", "需人工"],
  untold: ["to be told since {0}", "待告知（{0}）"],
  notFound: [
    "No refund on record has this number or this Idempotency-Key, of any merchant and partner that is known here.",
    "已知的商户和合作方中，没有这个退货订单号或 Idempotency-Key 的记录。",
  ],
  several: ["{0} refunds have this number or key. Choose one.", "有 {0} 笔退款使用这个号码或键，请选择。"],
} as const satisfies Record<string, Both>;

export const orderWords = {
  newest: ["newest first", "最新在前"],
  oldest: ["oldest first", "最早在前"],
} as const satisfies Record<Order, Both>;

export const sortWords = {
  due: ["next check", "下次复查"],
  age: ["age", "时长"],
  checks: ["checks", "查询次数"],
  state: ["state", "状态"],
} as const satisfies Record<Sort, Both>;

import { fromBeijingTime } from "./beijing-time.ts";

/** The request as the platform reads it, once its fields are right. */
export type RefundQuery = {
  merOrderId: string;
  /** The product, or in the variant of the query that has a systemId in its place, that. */
  instMid?: string;
  systemId?: string;
  mid: string;
  tid: string;
  msgId?: string;
  srcReserve?: string;
};

/** A query, or the business fault that its fields lead to. */
export type ParsedRefundQuery = { query: RefundQuery } | { errCode: string; errMsg: string };

/** Lengths are in characters as Java counts them (UTF-16 units), from the page's request table. */
const fieldLengths = {
  requestTimestamp: { min: 19, max: 19, required: true },
  merOrderId: { min: 6, max: 32, required: true },
  instMid: { min: 1, max: 32, required: false },
  systemId: { min: 1, max: 32, required: false },
  mid: { min: 15, max: 15, required: true },
  tid: { min: 8, max: 8, required: true },
  msgId: { min: 0, max: 64, required: false },
  srcReserve: { min: 0, max: 255, required: false },
};
const windowMs = 5 * 60 * 1000;

/**
 * Checks required fields and lengths (`BAD_REQUEST`, naming every wrong field), then that `requestTimestamp` is within
 * 5 minutes of now (`ABNORMAL_REQUEST_TIME`). Unknown fields are ignored. `nowMs` is in epoch milliseconds.
 */
export function parseRefundQuery(body: Readonly<Record<string, unknown>>, nowMs: number): ParsedRefundQuery {
  const faults = Object.entries(fieldLengths).flatMap(([name, { min, max, required }]) => {
    const value = body[name] ?? null; // Many JSON writers send null for a field that is not set.
    if (value === null) return required ? [`${name}不能为空`] : [];
    if (typeof value !== "string") return [`${name}必须为字符串`];
    if (value.length >= min && value.length <= max) return [];
    return [`${name}长度必须为${min === max ? max : `${min}..${max}`}`];
  });
  if ((body.instMid ?? body.systemId ?? null) === null) faults.push("instMid不能为空");
  const requestedAtMs = fromBeijingTime(String(body.requestTimestamp));
  if (requestedAtMs === null && faults.every((fault) => !fault.startsWith("requestTimestamp"))) {
    faults.push("requestTimestamp格式必须为yyyy-MM-dd HH:mm:ss");
  }
  if (requestedAtMs === null || faults.length > 0) return { errCode: "BAD_REQUEST", errMsg: faults.join("; ") };
  if (Math.abs(nowMs - requestedAtMs) > windowMs) {
    return { errCode: "ABNORMAL_REQUEST_TIME", errMsg: "请求时间异常: requestTimestamp与北京时间相差超过5分钟" };
  }
  return { query: body as RefundQuery };
}

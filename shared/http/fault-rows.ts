import type { LogLevel } from "../telemetry/log.ts";
import type { FaultStatus } from "./status-phrases.ts";

/** A partner may try these again, and is told when: after so many ms where the fault itself names no instant. */
type PassingStatus = 429 | 502 | 503 | 504;
type Retry =
  | { readonly status: PassingStatus; readonly retryAfterMs: number }
  | { readonly status: Exclude<FaultStatus, PassingStatus>; readonly retryAfterMs?: never };

export type FaultRow = Retry & {
  /** ChinaUMS's own code for the like of it, for clients that know no other. */
  readonly errCode: string;
  /** What an old client shows its user, in the language of ChinaUMS. */
  readonly errText: string;
  /** Which system of ChinaUMS tells such faults: `gateway` who may call at all, `business` the rest, `router` unknown paths. */
  readonly system: "gateway" | "business" | "router";
  /** What the partner's engineer reads. */
  readonly detail: string;
  readonly level: LogLevel;
  /** What it counts as. */
  readonly metric: "InternalFaults" | "UnavailableFaults" | "UpstreamFaults" | "RejectedRequests" | "OverShareRequests";
};

const upstreamDetail = "The refund's status is still unknown. We retry automatically.";

/** Each fault as the partner is told it. Nothing else of an error ever leaves the process. */
export const faultRows = {
  no_service: {
    status: 404,
    errCode: "NO_SERVICE",
    errText: "服务不存在: 此地址只提供退款查询",
    system: "router",
    detail: "There is no such method and path here. This service answers refund queries and no other call of ChinaUMS.",
    level: "info",
    metric: "RejectedRequests",
  },
  body_too_large: {
    status: 413,
    errCode: "BAD_REQUEST",
    errText: "请求报文过大",
    system: "business",
    detail: "The body is too large.",
    level: "info",
    metric: "RejectedRequests",
  },
  unauthenticated: {
    status: 401,
    errCode: "1000",
    errText: "认证失败",
    system: "gateway",
    detail:
      "Authentication failed. Check the AppId, the Timestamp (Beijing time, within 5 minutes of now) and the Signature over the body exactly as it was sent. A token may have expired, or tokens may not be allowed for you.",
    level: "info",
    metric: "RejectedRequests",
  },
  share_spent: {
    status: 429,
    retryAfterMs: 1_000,
    errCode: "SYSTEM_BUSY",
    errText: "请求过于频繁, 请稍后再试",
    system: "business",
    detail: "You send more requests than your share. ChinaUMS was not asked. Try again after `Retry-After` seconds.",
    level: "info",
    metric: "OverShareRequests",
  },
  bad_request: {
    status: 400,
    errCode: "BAD_REQUEST",
    errText: "请求参数错误",
    system: "business",
    detail: "Some fields are wrong. `errors` names each of them. ChinaUMS was not asked.",
    level: "info",
    metric: "RejectedRequests",
  },
  not_your_merchant: {
    status: 403,
    errCode: "1001",
    errText: "授权失败",
    system: "gateway",
    detail: "This AppId may not query refunds of this `mid`.",
    level: "info",
    metric: "RejectedRequests",
  },
  key_reused: {
    status: 422,
    errCode: "BAD_REQUEST",
    errText: "幂等键已用于其他请求",
    system: "business",
    detail: "This Idempotency-Key was already used for a different request. ChinaUMS was not asked.",
    level: "info",
    metric: "RejectedRequests",
  },
  in_flight: {
    status: 409,
    errCode: "ORDER_PROCESSING",
    errText: "查询进行中, 请稍后再试",
    system: "business",
    detail: "Another request is querying this refund right now. Try again after `Retry-After` seconds.",
    level: "info",
    metric: "RejectedRequests",
  },
  upstream_timeout: {
    status: 504,
    retryAfterMs: 10_000,
    errCode: "TIMEOUT",
    errText: "查询超时, 系统将自动复查",
    system: "business",
    detail: `ChinaUMS did not answer in time. ${upstreamDetail}`,
    level: "warn",
    metric: "UpstreamFaults",
  },
  upstream_unreachable: {
    status: 502,
    retryAfterMs: 10_000,
    errCode: "NET_ERROR",
    errText: "网络异常, 系统将自动复查",
    system: "business",
    detail: `ChinaUMS cannot be reached. ${upstreamDetail}`,
    level: "warn",
    metric: "UpstreamFaults",
  },
  upstream_unreadable: {
    status: 502,
    retryAfterMs: 10_000,
    errCode: "INVALID_RESPONSE",
    errText: "应答无法识别, 系统将自动复查",
    system: "business",
    detail: `ChinaUMS gave an answer that we cannot trust. ${upstreamDetail}`,
    level: "warn",
    metric: "UpstreamFaults",
  },
  upstream_refuses_us: {
    status: 503,
    retryAfterMs: 60_000,
    errCode: "INTERNAL_ERROR",
    errText: "系统异常, 系统将自动复查",
    system: "business",
    detail: "ChinaUMS refuses this service's calls. Your request is not the cause, and our operator has been alerted.",
    level: "error",
    metric: "UpstreamFaults",
  },
  unavailable: {
    status: 503,
    retryAfterMs: 2_000,
    errCode: "SYSTEM_BUSY",
    errText: "系统繁忙, 请稍后再试",
    system: "business",
    detail: "This service is temporarily unavailable. Try again after `Retry-After` seconds.",
    level: "error",
    metric: "UnavailableFaults",
  },
  partner_unknown_now: {
    status: 503,
    retryAfterMs: 1_000,
    errCode: "SYSTEM_BUSY",
    errText: "系统繁忙, 请稍后再试",
    system: "business",
    detail: "This service cannot look up your AppId right now. Try again after `Retry-After` seconds.",
    level: "warn",
    metric: "UnavailableFaults",
  },
  internal: {
    status: 500,
    errCode: "INTERNAL_ERROR",
    errText: "系统异常",
    system: "business",
    detail: "Internal error. Quote `requestId` when you contact the operator.",
    level: "error",
    metric: "InternalFaults",
  },
} as const satisfies Record<string, FaultRow>;

export type FaultCode = keyof typeof faultRows;

import type { LogLevel } from "../telemetry/log.ts";

export type FaultCode =
  | "body_too_large"
  | "unauthenticated"
  | "bad_request"
  | "not_your_merchant"
  | "key_reused"
  | "in_flight"
  | "upstream_timeout"
  | "upstream_unreachable"
  | "upstream_unreadable"
  | "upstream_refuses_us"
  | "internal";

type FaultRow = {
  readonly status: number;
  readonly errCode: string;
  /** What an old client shows its user, in upstream's language. */
  readonly errText: string;
  readonly title: string;
  readonly detail: string;
  readonly level: LogLevel;
};

/** Each fault as the partner hears it. Nothing else of an error ever leaves the process. */
export const faultRows = {
  body_too_large: {
    status: 413,
    errCode: "BAD_REQUEST",
    errText: "请求报文过大",
    title: "Body too large",
    detail: "The body may have at most 16 KiB.",
    level: "info",
  },
  unauthenticated: {
    status: 401,
    errCode: "1000",
    errText: "认证失败",
    title: "Not authenticated",
    detail: "AppId, Timestamp (Beijing time, within 5 minutes of now) and Signature must fit the body as it was sent.",
    level: "info",
  },
  bad_request: {
    status: 400,
    errCode: "BAD_REQUEST",
    errText: "请求参数错误",
    title: "Fields are wrong",
    detail: "Every field that is wrong is named under errors; nothing was asked or changed.",
    level: "info",
  },
  not_your_merchant: {
    status: 403,
    errCode: "1001",
    errText: "授权失败",
    title: "Not authorised",
    detail: "This AppId may not ask about this mid.",
    level: "info",
  },
  key_reused: {
    status: 422,
    errCode: "BAD_REQUEST",
    errText: "幂等键已用于其他请求",
    title: "Idempotency-Key used before",
    detail: "This Idempotency-Key stands for another request; nothing was asked or changed.",
    level: "info",
  },
  in_flight: {
    status: 409,
    errCode: "ORDER_PROCESSING",
    errText: "查询进行中, 请稍后再试",
    title: "Being asked right now",
    detail: "Another request is asking about this refund and has no answer yet; ask again after Retry-After seconds.",
    level: "info",
  },
  upstream_timeout: {
    status: 504,
    errCode: "TIMEOUT",
    errText: "查询超时, 系统将自动复查",
    title: "ChinaUMS did not answer in time",
    detail: "Nothing is known of the refund by this; it is asked about again without your doing.",
    level: "warn",
  },
  upstream_unreachable: {
    status: 502,
    errCode: "NET_ERROR",
    errText: "网络异常, 系统将自动复查",
    title: "ChinaUMS cannot be reached",
    detail: "Nothing is known of the refund by this; it is asked about again without your doing.",
    level: "warn",
  },
  upstream_unreadable: {
    status: 502,
    errCode: "INVALID_RESPONSE",
    errText: "应答无法识别, 系统将自动复查",
    title: "ChinaUMS gave no answer that could be trusted",
    detail: "Nothing is known of the refund by this; it is asked about again without your doing.",
    level: "warn",
  },
  upstream_refuses_us: {
    status: 503,
    errCode: "INTERNAL_ERROR",
    errText: "系统异常, 系统将自动复查",
    title: "This service cannot ask ChinaUMS",
    detail: "Not your request's doing, and nothing is known of the refund by this; its operator has been told.",
    level: "error",
  },
  internal: {
    status: 500,
    errCode: "INTERNAL_ERROR",
    errText: "系统异常",
    title: "Internal error",
    detail: "Our fault; the requestId is what its operator needs.",
    level: "error",
  },
} as const satisfies Record<FaultCode, FaultRow>;

/** What goes beside the fixed sentences of a fault; all of it is for the partner's eyes. */
export type FaultDetails = {
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  readonly recheck?: object;
  readonly retryAfterMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Ends a request with the row of its code. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;
  readonly details: FaultDetails;

  constructor(code: FaultCode, details: FaultDetails = {}, options?: ErrorOptions) {
    super(faultRows[code].title, options);
    this.code = code;
    this.details = details;
  }
}

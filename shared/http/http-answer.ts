import { type Fault, faultRows } from "./fault.ts";

/** What a function gives the HTTP API back, payload format 2.0. */
export type HttpAnswer = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export function jsonAnswer(body: object, headers: Readonly<Record<string, string>>): HttpAnswer {
  return {
    statusCode: 200,
    headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store", ...headers },
    body: JSON.stringify(body),
  };
}

/** Upstream says what is wrong with an authentication in `errInfo` and everything else in `errMsg`. */
const saidInErrInfo: ReadonlySet<string> = new Set(["1000", "1001"]);

/** A fault as application/problem+json (RFC 9457), with upstream's own error members for clients that know only those. */
export function problemAnswer(fault: Fault, requestId: string | undefined): HttpAnswer {
  const { status, errCode, errText, title, detail } = faultRows[fault.code];
  const { errors, recheck, retryAfterMs, headers } = fault.details;
  return {
    statusCode: status,
    headers: {
      "Content-Type": "application/problem+json; charset=utf-8",
      "Cache-Control": "no-store",
      ...headers,
      ...(retryAfterMs !== undefined && { "Retry-After": String(Math.ceil(retryAfterMs / 1000)) }),
    },
    body: JSON.stringify({
      type: "about:blank",
      title,
      status,
      detail,
      errCode,
      [saidInErrInfo.has(errCode) ? "errInfo" : "errMsg"]: errText,
      requestId,
      errors,
      recheck,
    }),
  };
}

import type { Fault } from "./fault.ts";
import { faultRows } from "./fault-rows.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import { statusPhrases } from "./status-phrases.ts";

/** ChinaUMS says what is wrong with an authentication in `errInfo`, and everything else in `errMsg`. */
const saidInErrInfo: ReadonlySet<string> = new Set(["1000", "1001"]);

/**
 * A fault as application/problem+json (RFC 9457), with ChinaUMS's own error members for clients that know only those.
 * `now` is in epoch ms.
 */
export function problemAnswer(fault: Fault, requestId: string | undefined, now: number): HttpAnswer {
  const { status, errCode, errText, detail } = faultRows[fault.code];
  const { errors, recheck, headers } = fault.details;
  const retryAfter = retryAfterSeconds(fault, now);
  return {
    statusCode: status,
    headers: {
      "Content-Type": "application/problem+json; charset=utf-8",
      "Cache-Control": "no-store",
      ...headers,
      ...(retryAfter !== undefined && { "Retry-After": String(retryAfter) }),
    },
    body: JSON.stringify({
      type: "about:blank",
      title: statusPhrases[status],
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

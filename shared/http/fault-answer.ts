import type { Fault } from "./fault.ts";
import { type FaultRow, faultRows } from "./fault-rows.ts";
import { type HttpAnswer, jsonHeaders, withCopyInData } from "./http-answer.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import { statusPhrases } from "./status-phrases.ts";

/**
 * How each system of ChinaUMS tells its faults: the status, and the members that hold the sentence. Source: docs/protocol.md.
 */
const platformForms = {
  gateway: { status: 412, texts: ["errInfo"] },
  business: { status: 200, texts: ["errMsg"] },
  router: { status: 404, texts: ["errMsg", "errInfo"] },
} as const satisfies Record<FaultRow["system"], object>;

/** A client's HTTP library may show the first 120 characters of a body alone, so what an operator needs comes first. */
function errorMembers({ errCode, errText, system }: FaultRow): object {
  return { errCode, ...Object.fromEntries(platformForms[system].texts.map((name) => [name, errText])) };
}

/** The status that a fault is told by. */
export function statusOf({ code, form }: Fault): number {
  const row: FaultRow = faultRows[code];
  return form.dialect === "chinaums" ? platformForms[row.system].status : row.status;
}

/**
 * A fault in the dialect of the client: as application/problem+json (RFC 9457) with ChinaUMS's own error members before
 * it, or as ChinaUMS itself would tell it. `now` is in epoch ms.
 */
export function faultAnswer(fault: Fault, requestId: string | undefined, now: number): HttpAnswer {
  const row: FaultRow = faultRows[fault.code];
  const { errors, recheck, headers, detail = row.detail } = fault.details;
  const { dialect, inData } = fault.form;
  const retryAfter = retryAfterSeconds(fault, now);
  const isProblem = dialect === "http";
  const problem = isProblem && { type: "about:blank", title: statusPhrases[row.status], status: row.status };
  const body = { ...errorMembers(row), ...problem, detail, requestId, errors, recheck };
  const statusCode = statusOf(fault);
  return {
    statusCode,
    headers: {
      ...jsonHeaders(isProblem ? "application/problem+json" : "application/json"),
      ...(statusCode === 401 && { "WWW-Authenticate": challenge }),
      ...headers,
      ...(retryAfter !== undefined && { "Retry-After": String(retryAfter) }),
    },
    body: JSON.stringify(inData ? withCopyInData(body) : body),
  };
}

/** The scheme that every partner may use. Source: RFC 9110 §11.6.1, which wants one with every 401. */
const challenge = 'OPEN-BODY-SIG realm="refund-status"';

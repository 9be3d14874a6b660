import type { AnswerStep } from "./answer-step.ts";
import { errorText, isGatewayFault } from "./error-texts.ts";
import { type AnswerFields, commonFields, liveAnswer, pageAnswer } from "./full-answer.ts";
import type { RefundQuery } from "./parse-refund-query.ts";
import { jsonReply, type Reply } from "./reply.ts";

/**
 * The reply that a step describes. `build` gives the body if the step has none of its own. A question that came as
 * `{"data": {…}}` gets that body in the same form.
 */
export function renderStep(step: AnswerStep, build: () => unknown, inData = false): Reply {
  const delivery = { delayMs: step.delayMs ?? 0, reset: step.reset ?? false };
  if (step.raw !== undefined) {
    // A load balancer's page comes as HTML; any other text claims to be the JSON that it is not.
    const contentType = step.raw.startsWith("<") ? "text/html;charset=UTF-8" : "application/json;charset=UTF-8";
    return { httpStatus: step.httpStatus ?? 200, contentType, text: step.raw, ...delivery };
  }
  const { body, errCode, errMsg, errInfo, refundStatus, fields } = step;
  const isGateways = body === undefined && errCode !== undefined && isGatewayFault(errCode);
  const status = step.httpStatus ?? (isGateways ? 412 : 200);
  if (isGateways && refundStatus === undefined) {
    const fault = { errCode, errInfo: errInfo ?? errorText(errCode), errMsg };
    return { ...jsonReply(status, withFields(fault, fields)), ...delivery };
  }
  const answer = withFields(body === undefined ? build() : body, fields);
  return { ...jsonReply(status, inData && body === undefined ? { data: answer } : answer), ...delivery };
}

/** The business system's answer to a query. `nowMs`, in epoch milliseconds, is printed as Beijing time. */
export function businessAnswer(step: AnswerStep, query: RefundQuery, nowMs: number): AnswerFields {
  const { errCode = "SUCCESS", refundStatus, errMsg, errInfo } = step;
  if (errCode === "SUCCESS" || refundStatus !== undefined) {
    const answer = step.dialect === "page" ? pageAnswer(query, nowMs) : liveAnswer(query, nowMs);
    const text = errMsg ?? errorText(errCode);
    return { ...answer, errCode, errMsg: text, errInfo, refundStatus: refundStatus ?? answer.refundStatus };
  }
  return { errCode, errMsg: errMsg ?? errorText(errCode), errInfo, ...commonFields(query, nowMs) };
}

function withFields(body: unknown, fields: AnswerStep["fields"]): unknown {
  if (fields === undefined || typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries({ ...body, ...fields }).filter(([name]) => fields[name] !== null));
}

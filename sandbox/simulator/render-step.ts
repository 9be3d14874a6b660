import type { AnswerStep } from "./answer-step.ts";
import { errorText, isGatewayFault } from "./error-texts.ts";
import { type AnswerFields, commonFields, liveAnswer, pageAnswer } from "./full-answer.ts";
import type { RefundQuery } from "./read-refund-query.ts";
import { jsonReply, type Reply } from "./reply.ts";

/** The reply to a query that a step describes. `nowMs`, in epoch milliseconds, is printed as Beijing time. */
export function renderStep(step: AnswerStep, query: RefundQuery, nowMs: number): Reply {
  const delivery = { delayMs: step.delayMs ?? 0, reset: step.reset ?? false };
  if (step.raw !== undefined) {
    // A load balancer's page comes as HTML; any other text claims to be the JSON that it is not.
    const contentType = step.raw.startsWith("<") ? "text/html;charset=UTF-8" : "application/json;charset=UTF-8";
    return { httpStatus: step.httpStatus ?? 200, contentType, text: step.raw, ...delivery };
  }
  const isGateways = step.body === undefined && step.errCode !== undefined && isGatewayFault(step.errCode);
  const body = step.body === undefined ? builtAnswer(step, query, nowMs) : step.body;
  return { ...jsonReply(step.httpStatus ?? (isGateways ? 412 : 200), withFields(body, step.fields)), ...delivery };
}

function builtAnswer(step: AnswerStep, query: RefundQuery, nowMs: number): AnswerFields {
  const { errCode = "SUCCESS", refundStatus, errMsg, errInfo } = step;
  if (errCode === "SUCCESS" || refundStatus !== undefined) {
    const answer = step.dialect === "page" ? pageAnswer(query, nowMs) : liveAnswer(query, nowMs);
    const text = errMsg ?? errorText(errCode);
    return { ...answer, errCode, errMsg: text, errInfo, refundStatus: refundStatus ?? answer.refundStatus };
  }
  if (isGatewayFault(errCode)) return { errCode, errInfo: errInfo ?? errorText(errCode), errMsg };
  return { errCode, errMsg: errMsg ?? errorText(errCode), errInfo, ...commonFields(query, nowMs) };
}

function withFields(body: unknown, fields: AnswerStep["fields"]): unknown {
  if (fields === undefined || typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries({ ...body, ...fields }).filter(([name]) => fields[name] !== null));
}

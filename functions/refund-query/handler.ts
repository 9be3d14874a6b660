import middy from "@middy/core";
import type { Context } from "aws-lambda";
import { answerFaults } from "../../shared/http/answer-faults.ts";
import { readApiEvent } from "../../shared/http/api-event.ts";
import { Fault } from "../../shared/http/fault.ts";
import type { HttpAnswer } from "../../shared/http/http-answer.ts";
import { addLogFields, addMetrics } from "../../shared/http/log-line.ts";
import type { AuthenticatePartner } from "../../shared/partner/authenticate-partner.ts";
import { readingWord } from "../../shared/refund/reading-word.ts";
import { UnavailableError } from "../../shared/refund/unavailable.ts";
import { createCheckMetrics } from "../../shared/telemetry/check-metrics.ts";
import type { Log } from "../../shared/telemetry/log.ts";
import { countMetrics } from "../../shared/telemetry/metrics.ts";
import { chosenKey, payloadDigest, readIdempotencyKey } from "./contract/idempotency-key.ts";
import { readRefundQueryRequest } from "./contract/request.ts";
import { statusAnswer } from "./contract/response.ts";
import type { WrongField } from "./contract/wrong-field.ts";
import type { StatusRequest, StatusResult } from "./status-request.ts";

export type RefundQueryDeps = {
  readonly authenticatePartner: AuthenticatePartner;
  readonly answerStatusRequest: (request: StatusRequest) => Promise<StatusResult>;
  readonly log: Log;
  readonly now: () => number;
};

const maxBodyBytes = 16 * 1024;

/** `POST /v1/netpay/refund-query` for partners: upstream's own path, request and answer, and what is remembered of it. */
export function createRefundQueryHandler(deps: RefundQueryDeps) {
  const { log, now } = deps;

  async function answer(event: unknown, context: Context): Promise<HttpAnswer> {
    const endsAt = now() + context.getRemainingTimeInMillis();
    const { requestId, headers, body } = readApiEvent(event);
    addLogFields(context, { requestId });
    if (body.byteLength > maxBodyBytes) throw new Fault("body_too_large");

    const authentication = await deps.authenticatePartner(headers.authorization, body);
    if (authentication.kind === "refused") {
      addLogFields(context, { refused: authentication.because });
      throw new Fault("unauthenticated");
    }
    const { partner } = authentication;
    addLogFields(context, { partner: partner.partnerId });

    const { request, keyValue } = readRequest(body, headers["idempotency-key"], context);
    const { mid, tid, instMid, merOrderId, msgId, srcReserve } = request;
    addLogFields(context, { mid, instMid, merOrderId, msgId });
    if (!partner.mids.includes(mid)) throw new Fault("not_your_merchant");

    const answering = deps.answerStatusRequest({
      question: { mid, tid, instMid, merOrderId, srcReserve },
      payloadDigest: payloadDigest(request),
      partnerId: partner.partnerId,
      key: chosenKey(partner.partnerId, keyValue, request),
      endsAt,
    });
    const result = await answering.catch((error: unknown) => {
      if (isUnreadable(error)) addMetrics(context, countMetrics({ UnreadableRecords: 1 }));
      throw error;
    });
    addResultFields(context, result, msgId);
    if (result.kind === "answered" && result.check !== undefined) {
      const metrics = createCheckMetrics();
      metrics.add({ check: result.check, after: result.refund });
      addMetrics(context, metrics.metrics());
    }
    return statusAnswer(result, { msgId, srcReserve });
  }

  return middy<unknown, HttpAnswer, Error, Context>({ timeoutEarlyInMillis: 0 })
    .use(answerFaults({ event: "refund_query", log, now }))
    .handler(answer);
}

function readRequest(body: Uint8Array, keyHeader: string | undefined, context: Context) {
  const read = readRefundQueryRequest(body);
  const key = keyHeader === undefined ? undefined : readIdempotencyKey(keyHeader);
  const wrong: WrongField[] = [];
  if ("wrong" in read) wrong.push(...read.wrong);
  if (key !== undefined && "wrong" in key) wrong.push(key.wrong);
  if ("wrong" in read || (key !== undefined && "wrong" in key)) {
    addLogFields(context, { wrongFields: wrong.map(({ field }) => field).join(",") });
    throw new Fault("bad_request", { errors: wrong });
  }
  return { request: read.request, keyValue: key?.value };
}

function isUnreadable(error: unknown): boolean {
  return error instanceof UnavailableError && error.code === "RECORD_UNREADABLE";
}

function addResultFields(context: Context, result: StatusResult, msgId: string | undefined): void {
  if (result.kind !== "answered") return;
  const { refund, check, source, replayed } = result;
  const sentMsgId = check?.upstreamMsgId;
  addLogFields(context, {
    reading: refund.reading && readingWord(refund.reading),
    code: refund.code,
    state: refund.state,
    attempts: refund.attempts,
    source,
    replayed: replayed || undefined,
    msgId: msgId ?? sentMsgId,
    upstreamMsgId: msgId === undefined ? undefined : sentMsgId,
    upstreamLatencyMs: check?.latencyMs,
  });
}

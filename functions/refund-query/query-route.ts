import type { Context } from "aws-lambda";
import type { Route } from "../../shared/http/api-handler.ts";
import { Fault } from "../../shared/http/fault.ts";
import { faultOfError } from "../../shared/http/fault-of-error.ts";
import type { HttpAnswer } from "../../shared/http/http-answer.ts";
import { addLogFields, addMetrics } from "../../shared/http/log-line.ts";
import { createPartnerRoute, type PartnerRequest, type PartnerRouteDeps } from "../../shared/http/partner-route.ts";
import type { ExpectedWaits } from "../../shared/http/recheck-member.ts";
import { readingWord } from "../../shared/refund/reading-word.ts";
import { UnavailableError } from "../../shared/refund/unavailable.ts";
import { createCheckMetrics } from "../../shared/telemetry/check-metrics.ts";
import { countMetrics } from "../../shared/telemetry/metrics.ts";
import { chosenKey, payloadDigest, readIdempotencyKey } from "./contract/idempotency-key.ts";
import { type ReadRequest, type RefundQueryRequest, readRefundQueryRequest } from "./contract/request.ts";
import { statusAnswer } from "./contract/response.ts";
import type { StatusRequest, StatusResult } from "./status-request.ts";

export type QueryRouteDeps = Pick<PartnerRouteDeps, "authenticatePartner" | "partnerShares"> & {
  readonly answerStatusRequest: (request: StatusRequest) => Promise<StatusResult>;
  readonly expectedWaits: ExpectedWaits;
};

const maxBodyBytes = 16 * 1024;

/** The refund query of partners: upstream's own request and answer, and what is remembered of it. */
export function createQueryRoute(deps: QueryRouteDeps): Route {
  const { authenticatePartner, partnerShares, expectedWaits } = deps;

  async function answer(sent: PartnerRequest, context: Context): Promise<HttpAnswer> {
    const read = readRefundQueryRequest(sent.body);
    try {
      const { request, keyValue } = withKey(read, sent.headers["idempotency-key"], context);
      const { msgId, srcReserve } = request;
      const result = await resultOf(sent, request, keyValue, context);
      addResultFields(context, result, msgId);
      return statusAnswer(result, { echo: { msgId, srcReserve }, inData: read.inData, expectedWaits });
    } catch (error) {
      throw faultOfError(error).as({ inData: read.inData });
    }
  }

  async function resultOf(
    { partner, endsAt }: PartnerRequest,
    request: RefundQueryRequest,
    keyValue: string | undefined,
    context: Context,
  ): Promise<StatusResult> {
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
    return await answering.catch((error: unknown) => {
      if (isUnreadable(error)) addMetrics(context, countMetrics({ UnreadableRecords: 1 }));
      throw error;
    });
  }

  return createPartnerRoute({ event: "refund_query", maxBodyBytes, authenticatePartner, partnerShares, answer });
}

/** The request with the key of its header. @throws {Fault} that names every wrong field of both */
function withKey(read: ReadRequest, keyHeader: string | undefined, context: Context) {
  const key = keyHeader === undefined ? undefined : readIdempotencyKey(keyHeader);
  const wrongKey = key !== undefined && "wrong" in key ? [key.wrong] : [];
  if ("wrong" in read || wrongKey.length > 0) {
    const errors = [...("wrong" in read ? read.wrong : []), ...wrongKey];
    addLogFields(context, { wrongFields: errors.map(({ field }) => field).join(",") });
    throw new Fault("bad_request", { errors });
  }
  return { request: read.request, keyValue: key !== undefined && "value" in key ? key.value : undefined };
}

function isUnreadable(error: unknown): boolean {
  return error instanceof UnavailableError && error.code === "RECORD_UNREADABLE";
}

function addResultFields(context: Context, result: StatusResult, msgId: string | undefined): void {
  if (result.kind !== "answered") return;
  const { refund, check, before, source, replayed } = result;
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
  if (check === undefined) return;
  const metrics = createCheckMetrics();
  metrics.add({ check, before, after: refund });
  addMetrics(context, metrics.metrics());
}

import middy from "@middy/core";
import type { Context } from "aws-lambda";
import { answerFaults, measure, tell } from "../../shared/http/answer-faults.ts";
import { readApiEvent } from "../../shared/http/api-event.ts";
import { Fault } from "../../shared/http/fault.ts";
import type { HttpAnswer } from "../../shared/http/http-answer.ts";
import { statusAnswer } from "../../shared/http/status-answer.ts";
import type { Log } from "../../shared/log.ts";
import { createLookMetrics } from "../../shared/look-metrics.ts";
import type { Authenticate } from "../../shared/partner/authenticate.ts";
import { readRefundQueryRequest, type WrongField } from "../../shared/partner/refund-query-request.ts";
import { readIdempotencyKey, requestKey } from "../../shared/partner/request-key.ts";
import { readingWord } from "../../shared/refund/reading-word.ts";
import { isFinal } from "../../shared/refund/refund.ts";
import type { StatusRequest, StatusResult } from "../../shared/refund/status-request.ts";

export type RefundQueryNeeds = {
  readonly authenticate: Authenticate;
  readonly askRefundStatus: (request: StatusRequest) => Promise<StatusResult>;
  readonly log: Log;
  readonly now: () => number;
};

const maxBodyBytes = 16 * 1024;

/** `POST /v1/netpay/refund-query` for partners: upstream's own path, request and answer, and what is remembered of it. */
export function createRefundQueryHandler(needs: RefundQueryNeeds) {
  const { log, now } = needs;

  async function answer(event: unknown, context: Context): Promise<HttpAnswer> {
    const endsAt = now() + context.getRemainingTimeInMillis();
    const { requestId, headers, body } = readApiEvent(event);
    tell(context, { requestId });
    if (body.byteLength > maxBodyBytes) throw new Fault("body_too_large");

    const authentication = await needs.authenticate(headers.authorization, body);
    if (authentication.kind === "refused") {
      tell(context, { refused: authentication.because });
      throw new Fault("unauthenticated");
    }
    const { partner, nonce } = authentication;
    tell(context, { partner: partner.partnerId });

    const { request, chosenKey } = readRequest(body, headers["idempotency-key"], context);
    const { mid, tid, instMid, merOrderId, msgId, srcReserve } = request;
    tell(context, { mid, instMid, merOrderId, msgId });
    if (!partner.mids.includes(mid)) throw new Fault("not_your_merchant");

    const result = await needs.askRefundStatus({
      question: { mid, tid, instMid, merOrderId, srcReserve },
      partnerId: partner.partnerId,
      key: requestKey(partner.partnerId, chosenKey, nonce, request),
      endsAt,
    });
    tellResult(context, result, msgId);
    if (result.kind === "answered" && result.look !== undefined) {
      const metrics = createLookMetrics();
      metrics.add({ look: result.look, after: result.refund });
      measure(context, metrics.metrics());
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
    tell(context, { wrongFields: wrong.map(({ field }) => field).join(",") });
    throw new Fault("bad_request", { errors: wrong });
  }
  return { request: read.request, chosenKey: key?.value };
}

function tellResult(context: Context, result: StatusResult, msgId: string | undefined): void {
  if (result.kind !== "answered") return;
  const { refund, look, source, replayed } = result;
  const { reading, state } = refund;
  const sentMsgId = look?.upstreamMsgId;
  // A log is paid for by the byte, so what follows from the rest is left out; the look's latency is among its metrics.
  tell(context, {
    reading: reading && readingWord(reading),
    code: reading?.kind === "settled" || reading?.kind === "processing" ? undefined : refund.code,
    state: isFinal(state) ? undefined : state,
    attempts: refund.attempts,
    source,
    replayed: replayed || undefined,
    msgId: msgId ?? sentMsgId,
    upstreamMsgId: msgId === undefined ? undefined : sentMsgId,
  });
}

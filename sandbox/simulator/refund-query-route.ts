import { commonFields } from "./full-answer.ts";
import { isObject, parseObject } from "./parse-object.ts";
import { parseRefundQuery } from "./parse-refund-query.ts";
import type { Platform } from "./platform.ts";
import type { ReceivedRequest } from "./received-request.ts";
import { businessAnswer, renderStep } from "./render-step.ts";
import { jsonReply, type Reply } from "./reply.ts";
import { verifyAccessToken } from "./verify-access-token.ts";
import { type Verification, verifyBodySignature } from "./verify-body-signature.ts";

type Check = (authorization: string, body: Buffer, platform: Platform, nowMs: number) => Verification;

/** The schemes of the Authorization header, each with the check that lets a call in. */
const schemes = new Map<string, Check>([
  [
    "OPEN-BODY-SIG",
    (authorization, body, { credentials }, nowMs) => verifyBodySignature({ authorization, body, credentials, nowMs }),
  ],
  ["OPEN-ACCESS-TOKEN", (authorization, _body, platform, nowMs) => verifyAccessToken(authorization, platform, nowMs)],
]);

/**
 * Answers `POST /v1/netpay/refund-query`: the Authorization first (HTTP 412, 1000), then that the body is a JSON object
 * (HTTP 412, 9001), then its fields (HTTP 200, BAD_REQUEST or ABNORMAL_REQUEST_TIME), then a step of the order's script or
 * scenario. A call that is refused consumes no step. Every call is recorded before any answer or delay. A question in
 * `{"data": {…}}` is answered in the same form; SDKs send it if their `needDataTag` is set.
 */
export function answerRefundQuery(request: ReceivedRequest, platform: Platform): Reply {
  const nowMs = platform.now();
  const verification = verify(request, platform, nowMs);
  const sent = parseObject(request.body);
  const data = isObject(sent?.data) ? sent.data : null;
  const body = data ?? sent;
  const read = body === null ? null : parseRefundQuery(body, nowMs);
  platform.calls.record(request, nowMs, {
    merOrderId: typeof body?.merOrderId === "string" ? body.merOrderId : null,
    verified: verification.verified,
    reason: reasonOfRefusal(verification, read),
  });
  if (!verification.verified) return jsonReply(412, { errCode: "1000", errInfo: verification.errInfo });
  if (body === null || read === null)
    return jsonReply(412, { errCode: "9001", errInfo: "参数校验失败: 报文不是JSON对象" });
  if ("errCode" in read) return renderStep({}, () => ({ ...read, ...commonFields(body, nowMs) }), data !== null);
  const { query } = read;
  const step = platform.answers.nextStep(query.merOrderId);
  return renderStep(step, () => businessAnswer(step, query, nowMs), data !== null);
}

function verify({ authorization, body }: ReceivedRequest, platform: Platform, nowMs: number): Verification {
  if (authorization === null)
    return { verified: false, reason: "there is no Authorization header", errInfo: "认证失败" };
  const scheme = authorization.trim().split(/\s/, 1)[0] ?? "";
  const check = schemes.get(scheme);
  if (check === undefined) return { verified: false, reason: `the scheme ${scheme} is unknown`, errInfo: "认证失败" };
  return check(authorization, body, platform, nowMs);
}

function reasonOfRefusal(verification: Verification, read: ReturnType<typeof parseRefundQuery> | null): string | null {
  if (!verification.verified) return verification.reason;
  if (read === null) return "the body is not a JSON object";
  return "errCode" in read ? `${read.errCode}: ${read.errMsg}` : null;
}

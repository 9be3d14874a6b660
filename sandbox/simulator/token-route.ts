import { createHash } from "node:crypto";
import { fromBeijingDigits } from "./beijing-time.ts";
import { errorText } from "./error-texts.ts";
import { parseObject } from "./parse-object.ts";
import type { Platform } from "./platform.ts";
import type { ReceivedRequest } from "./received-request.ts";
import { renderStep } from "./render-step.ts";
import { jsonReply, type Reply } from "./reply.ts";

const windowMs = 5 * 60 * 1000;
const longestNonce = 128;

/**
 * Answers `POST /v1/token/access` and `/v2/token/access`: a token for an AppId whose signature is right (HTTP 412 and 1000
 * otherwise), unless the script of the token calls says something else. A call that is refused consumes no step.
 */
export function answerToken(request: ReceivedRequest, platform: Platform): Reply {
  const nowMs = platform.now();
  const body = parseObject(request.body);
  const refused = body === null ? "the body is not a JSON object" : reasonToRefuse(body, platform, nowMs);
  platform.calls.record(request, nowMs, { merOrderId: null, verified: refused === null, reason: refused });
  if (body === null) return jsonReply(412, { errCode: "9001", errInfo: "参数校验失败: 报文不是JSON对象" });
  if (refused !== null) return jsonReply(412, { errCode: "1000", errInfo: errorText("1000") });
  const step = platform.tokens.nextStep();
  return renderStep(step, () => {
    if (step.errCode !== undefined) return { errCode: step.errCode, errInfo: step.errInfo ?? errorText(step.errCode) };
    const { accessToken, expiresIn } = platform.tokens.issue(platform.credentials.appId, nowMs);
    return { errCode: "0000", errInfo: "正常", accessToken, expiresIn };
  });
}

function reasonToRefuse(body: Record<string, unknown>, { credentials }: Platform, nowMs: number): string | null {
  const { appId, timestamp, nonce, signMethod, signature } = body;
  if (![appId, timestamp, nonce, signMethod, signature].every((value) => typeof value === "string")) {
    return "the body does not hold appId, timestamp, nonce, signMethod and signature as texts";
  }
  if (signMethod !== "SHA256") return "the signMethod is not SHA256";
  const signedAtMs = fromBeijingDigits(String(timestamp));
  if (signedAtMs === null) return "the timestamp is not yyyyMMddHHmmss";
  if (Math.abs(nowMs - signedAtMs) > windowMs)
    return "the timestamp is more than 5 minutes away from now, Beijing time";
  const { length } = String(nonce);
  if (length < 1 || length > longestNonce) return "the nonce does not have 1 to 128 characters";
  if (appId !== credentials.appId) return "the appId is unknown";
  const matches = credentials.appKeys.some(
    (appKey) => createHash("sha256").update(`${appId}${timestamp}${nonce}${appKey}`).digest("hex") === signature,
  );
  return matches ? null : "the signature is wrong";
}

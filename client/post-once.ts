import type { Failure, FailureReason } from "./refund-status-error.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { SignedRequest } from "./signed-request.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export type PostOnceDeps = { readonly fetch: typeof fetch; readonly now: () => number };

export type Attempt = {
  readonly request: SignedRequest;
  /** A member that every answer of status 200 has, an object or a list. */
  readonly marker: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
};

/**
 * One try of a call: the answer, or why there is none.
 * @throws the reason of `signal`, if that ends the try
 */
export async function postOnce(
  deps: PostOnceDeps,
  { request: { url, headers, body }, marker, timeoutMs, signal }: Attempt,
): Promise<{ readonly answer: JsonObject } | { readonly failure: Failure }> {
  const { origin } = new URL(url);
  const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)));
  const ended = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    // A redirect is no answer of this service, and would send the question and its signature to somebody else.
    const response = await deps.fetch(url, { method: "POST", headers, body, signal: ended, redirect: "manual" });
    const { status } = response;
    const answer = jsonObject(await response.text());
    if (status === 200 && isObject(answer?.[marker])) return { answer: answer ?? {} };
    const waitMs = retryAfterMs(response.headers.get("retry-after"), deps.now());
    const reason = reasonOf(status, answer, waitMs);
    const message =
      reason === "unexpected_answer" ? `${origin} is not this service` : `HTTP ${status}: ${said(answer)}`;
    return { failure: { reason, message, status, body: answer, retryAfterMs: waitMs } };
  } catch (cause) {
    signal?.throwIfAborted();
    if (timeout.aborted) return { failure: { reason: "timeout", message: `no answer from ${origin} in time`, cause } };
    return { failure: { reason: "unreachable", message: `no answer from ${origin}: ${deepestMessage(cause)}`, cause } };
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function jsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function said(body: JsonObject | undefined): unknown {
  return body?.detail ?? body?.errMsg ?? body?.errInfo ?? body?.message ?? "an answer that is not JSON";
}

/** Codes that say more than their status, which for some partners is ChinaUMS's own. */
const reasonsOfCodes = new Map<unknown, FailureReason>([
  ["1000", "unauthenticated"],
  ["1001", "forbidden"],
]);

function reasonOf(status: number, body: JsonObject | undefined, waitMs: number | undefined): FailureReason {
  const byCode = reasonsOfCodes.get(body?.errCode);
  if (byCode !== undefined) return byCode;
  if (status === 200) return body?.requestId === undefined ? "unexpected_answer" : reasonOfOwn(waitMs);
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 409 || status === 429) return "busy";
  if (status >= 400 && status < 500) return "refused";
  return status >= 500 ? "unavailable" : "unexpected_answer";
}

/**
 * A fault of this service with status 200, as partners get it that have ChinaUMS's own statuses. An answer of ChinaUMS
 * itself has no `requestId`, and is taken for nothing.
 */
function reasonOfOwn(waitMs: number | undefined): FailureReason {
  return waitMs === undefined ? "refused" : "unavailable";
}

/** `fetch failed` says nothing, but its cause does. */
function deepestMessage(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

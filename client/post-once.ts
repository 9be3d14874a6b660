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
    const reason = reasonOf(status);
    const message =
      reason === "unexpected_answer" ? `${origin} is not this service` : `HTTP ${status}: ${said(answer)}`;
    const waitMs = retryAfterMs(response.headers.get("retry-after"), deps.now());
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

/** ChinaUMS itself answers a query with 200 too, but without `recheck`, so its words are not taken for this service's. */
function reasonOf(status: number): FailureReason {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 409 || status === 429) return "busy";
  if (status >= 400 && status < 500) return "refused";
  return status >= 500 ? "unavailable" : "unexpected_answer";
}

/** `fetch failed` says nothing, but its cause does. */
function deepestMessage(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

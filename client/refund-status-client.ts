import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type CallDeps, call } from "./call.ts";
import type {
  ChangesAnswer,
  ChangesQuestion,
  RefundAnswer,
  RefundQuestion,
  WatchAnswer,
  WatchedRefund,
} from "./contract.ts";
import { signQuery } from "./signed-query.ts";
import { type Moment, type SignedRequest, signRequest } from "./signed-request.ts";
import { verifyWebhook } from "./verify-webhook.ts";

export type RefundStatusClientDeps = {
  /** Where this service is, such as `https://refund-status.example.com`. */
  readonly baseUrl: string;
  readonly appId: string;
  readonly appKey: string;
  /** How often a call is tried again; 3 if not given. */
  readonly maxRetries?: number;
  /** For a call with all its tries and waits, in ms; a minute if not given. */
  readonly deadlineMs?: number;
  /** The platform's own, unless a test or a proxy brings another. */
  readonly fetch?: typeof fetch;
  readonly now?: CallDeps["now"];
  readonly random?: CallDeps["random"];
  readonly sleep?: CallDeps["sleep"];
};

export type CallOptions = {
  readonly deadlineMs?: number | undefined;
  /** Ends the call: it then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
};

/** Each call throws a `RefundStatusError` if it has no answer. */
export type RefundStatusClient = {
  /** Asks what became of a refund. The same `idempotencyKey` goes with every try. */
  query(
    question: RefundQuestion,
    options?: CallOptions & { readonly idempotencyKey?: string | undefined },
  ): Promise<RefundAnswer>;
  /** Has 1 to 100 refunds checked until they are final, without asking about them. */
  watch(refunds: readonly WatchedRefund[], options?: CallOptions): Promise<WatchAnswer>;
  /** Reads a page of the events about your refunds. */
  changes(question?: ChangesQuestion, options?: CallOptions): Promise<ChangesAnswer>;
  /** Tells whether a webhook comes from this service, and reads its event. */
  readonly verifyWebhook: typeof verifyWebhook;
};

/** A client of this service for one key pair. @throws {TypeError} that names every setting that is wrong */
export function createRefundStatusClient(deps: RefundStatusClientDeps): RefundStatusClient {
  const { baseUrl, appId, appKey } = checked(deps);
  const calling: CallDeps = {
    fetch: deps.fetch ?? globalThis.fetch,
    now: deps.now ?? Date.now,
    random: deps.random ?? Math.random,
    sleep: deps.sleep ?? ((ms, signal) => sleep(ms, undefined, signal && { signal })),
    maxRetries: deps.maxRetries ?? 3,
  };
  const signing = { baseUrl, credentials: { appId, appKey } };

  async function answerOf<T>(
    marker: keyof T & string,
    sign: (moment: Moment) => SignedRequest,
    { deadlineMs = deps.deadlineMs ?? 60_000, signal }: CallOptions,
  ): Promise<T> {
    const signNow = () => sign({ now: calling.now(), nonce: randomBytes(16).toString("hex") });
    return (await call(calling, { sign: signNow, marker, deadlineMs, signal })) as T;
  }

  return {
    query(question, { idempotencyKey, ...options } = {}) {
      const query = { ...signing, question, idempotencyKey };
      return answerOf<RefundAnswer>("recheck", (moment) => signQuery(query, moment), options);
    },
    watch(refunds, options = {}) {
      const request = { ...signing, path: "/v1/refunds/watch", members: { refunds } };
      return answerOf<WatchAnswer>("refunds", (moment) => signRequest(request, moment), options);
    },
    changes(question = {}, options = {}) {
      const request = { ...signing, path: "/v1/refunds/changes", members: question };
      return answerOf<ChangesAnswer>("events", (moment) => signRequest(request, moment), options);
    },
    verifyWebhook,
  };
}

function checked({ baseUrl, appId, appKey }: RefundStatusClientDeps) {
  const wrong = [
    ...(/^https?:\/\//.test(baseUrl) && URL.canParse(baseUrl) ? [] : ["baseUrl must be an http or https URL"]),
    ...(appId ? [] : ["appId must not be empty"]),
    ...(appKey ? [] : ["appKey must not be empty"]),
  ];
  if (wrong.length > 0) throw new TypeError(wrong.join("; "));
  return { baseUrl, appId, appKey };
}

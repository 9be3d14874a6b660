import type { IsLoopbackAllowed } from "./loopback-origins.ts";
import type { ConnectSettings } from "./pinned-agents.ts";
import { createPostPinned } from "./post-pinned.ts";
import type { ResolveName } from "./resolve-name.ts";
import { createVetUrl } from "./vet-url.ts";
import type { WebhookResult } from "./webhook-result.ts";

/** How long one try may take in all: name, connection, TLS, request and answer. */
export const webhookTimeoutMs = 15_000;

/** Posts a body to a webhook, and gives up at `deadline` (epoch ms). Never throws. */
export type PostWebhook = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  deadline: number,
) => Promise<WebhookResult>;

export type PostWebhookDeps = {
  readonly resolve: ResolveName;
  readonly isLoopbackAllowed: IsLoopbackAllowed;
  readonly now: () => number;
  /** Where connections are opened in another way than Node's own, such as in tests. */
  readonly connect?: ConnectSettings;
};

/**
 * Posts webhooks to where partners say, and nowhere else than to public addresses. The name is resolved once, and the
 * connection leads to the very addresses that were vetted, whether it is new or was opened for an earlier delivery.
 */
export function createPostWebhook(deps: PostWebhookDeps): PostWebhook {
  const vetUrl = createVetUrl(deps);
  const postPinned = createPostPinned(deps);
  return async (url, headers, body, deadline) => {
    const vetted = await atMostUntil(deadline - deps.now(), vetUrl(url));
    if (vetted === undefined) return { kind: "failed", because: "timeout" };
    if ("because" in vetted) return { kind: "failed", because: vetted.because };
    return await postPinned({ ...vetted, headers, body, deadline });
  };
}

/** What `work` gives, or undefined if it takes longer than `waitMs`. */
async function atMostUntil<T>(waitMs: number, work: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), Math.max(0, waitMs));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

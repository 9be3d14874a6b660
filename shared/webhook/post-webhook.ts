import { createCheckUrl } from "./checked-addresses.ts";
import type { IsLoopbackAllowed } from "./loopback-origins.ts";
import { type ConnectSettings, createPostPinned } from "./post-pinned.ts";
import type { ResolveName } from "./resolve-name.ts";
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
 * connection is opened to the very addresses that were checked. No connection is kept, so none outlives its check.
 */
export function createPostWebhook(deps: PostWebhookDeps): PostWebhook {
  const checkUrl = createCheckUrl(deps);
  const postPinned = createPostPinned(deps);
  return async (url, headers, body, deadline) => {
    const checked = await atMostUntil(deadline - deps.now(), checkUrl(url));
    if (checked === undefined) return { kind: "failed", because: "timeout" };
    if ("because" in checked) return { kind: "failed", because: checked.because };
    return await postPinned({ ...checked, headers, body, deadline });
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

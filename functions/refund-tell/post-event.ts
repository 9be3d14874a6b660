import type { PartnerDirectory } from "../../shared/partner/partner-directory.ts";
import type { DeliveryTrouble } from "../../shared/telling/delivery.ts";
import { eventId, type RefundEvent } from "../../shared/telling/refund-event.ts";
import type { createEndpointQueues } from "../../shared/webhook/endpoint-queues.ts";
import { type PostWebhook, webhookTimeoutMs } from "../../shared/webhook/post-webhook.ts";
import { signWebhook } from "../../shared/webhook/sign-webhook.ts";
import type { WebhookConfig } from "../../shared/webhook/webhook-config.ts";
import type { WebhookDirectory } from "../../shared/webhook/webhook-directory.ts";
import type { createEndpointStates } from "./endpoint-states.ts";

/** What came of posting an event. */
export type Posted =
  | { readonly kind: "delivered" }
  /** The partner has no webhook. */
  | { readonly kind: "no_webhook" }
  /** The refund's merchant is not the partner's any more. */
  | { readonly kind: "not_theirs" }
  /** It was not tried, because there was no time left, or because the endpoint is in trouble and others come first. */
  | { readonly kind: "put_off" }
  | { readonly kind: "disabled" }
  | {
      readonly kind: "failed";
      readonly trouble: DeliveryTrouble;
      readonly status: number | undefined;
      readonly retryAfterMs: number | undefined;
      /** True if this failure has ended the webhook. */
      readonly endsWebhook: boolean;
    };

export type PostEventDeps = {
  readonly webhooks: WebhookDirectory;
  readonly partners: Pick<PartnerDirectory, "find" | "remember">;
  readonly endpoints: ReturnType<typeof createEndpointStates>;
  readonly queues: ReturnType<typeof createEndpointQueues>;
  readonly postWebhook: PostWebhook;
  readonly now: () => number;
};

/** An endpoint that has failed for longer gets no first tries, because they would hold up those of others. */
const troubledAfterMs = 30_000;

/** Partners are looked up again soon, because a partner that has lost a merchant must not be told of it any more. */
export const merchantFreshness = { staleMs: 30_000, expiredMs: 30_000 };

/** Posts an event to its partner's webhook. A try begins until `startBy` (epoch ms) or not at all. */
export type PostEvent = (event: RefundEvent, startBy: number, isFirstTry: boolean) => Promise<Posted>;

/** Signs and posts events, and remembers which endpoints fail. Throws an `UnavailableError` when that cannot be done. */
export function createPostEvent(deps: PostEventDeps): PostEvent {
  const { endpoints, now } = deps;

  async function isTheirs({ appId, partnerId }: WebhookConfig, mid: string): Promise<boolean> {
    // The operator has named this AppId, so that its look-ups are none of a stranger.
    deps.partners.remember(appId);
    const { partner } = await deps.partners.find(appId);
    return partner?.partnerId === partnerId && partner.mids.includes(mid);
  }

  return async (event, startBy, isFirstTry) => {
    const webhook = await deps.webhooks.find(event.partnerId);
    if (webhook === undefined) return { kind: "no_webhook" };
    if (!(await isTheirs(webhook, event.refund.mid))) return { kind: "not_theirs" };
    const endpoint = await endpoints.find(webhook);
    if (endpoint?.disabledAt !== undefined) return { kind: "disabled" };
    const isTroubled = endpoint !== undefined && now() - endpoint.failingSince > troubledAfterMs;
    if (isFirstTry && isTroubled) return { kind: "put_off" };

    let isLate = false;
    const result = await deps.queues.run(webhook.url, async () => {
      const timestamp = now();
      isLate = timestamp > startBy;
      if (isLate) return { kind: "failed", because: "timeout" };
      const { body } = event;
      const headers = signWebhook(webhook, { id: eventId(event), timestamp, body });
      return await deps.postWebhook(webhook.url, { ...headers }, body, timestamp + webhookTimeoutMs);
    });
    if (isLate) return { kind: "put_off" };
    if (result.kind === "delivered") {
      await endpoints.succeeded(webhook);
      return result;
    }
    const isGone = result.kind === "gone";
    const endsWebhook = await endpoints.failed(webhook, isGone);
    if (isGone) return { kind: "failed", trouble: "gone", status: 410, retryAfterMs: undefined, endsWebhook };
    const { because: trouble, status, retryAfterMs } = result;
    return { kind: "failed", trouble, status, retryAfterMs, endsWebhook };
  };
}

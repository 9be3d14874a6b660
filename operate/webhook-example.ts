import { randomUUID } from "node:crypto";
import type { IsLoopbackAllowed } from "../shared/webhook/loopback-origins.ts";
import { createPostWebhook, webhookTimeoutMs } from "../shared/webhook/post-webhook.ts";
import { createResolveName } from "../shared/webhook/resolve-name.ts";
import { signWebhook } from "../shared/webhook/sign-webhook.ts";
import type { WebhookConfig } from "../shared/webhook/webhook-config.ts";
import { deliveryFailures, type WebhookResult } from "../shared/webhook/webhook-result.ts";
import { Refused } from "../tools/partner-secrets.ts";

export type ExampleOptions = { readonly isLoopbackAllowed: IsLoopbackAllowed; readonly json: boolean };

/**
 * Sends a webhook one signed example, just as events are sent, and says what came of it. Its type is no event's, so that
 * no receiver takes it for money.
 * @throws {Refused} if it was not delivered
 */
export async function sendExample(config: WebhookConfig, { isLoopbackAllowed, json }: ExampleOptions): Promise<string> {
  const post = createPostWebhook({ resolve: createResolveName({ now: Date.now }), isLoopbackAllowed, now: Date.now });
  const startedAt = Date.now();
  const body = exampleBody(startedAt);
  const id = `evt_test_${randomUUID().replaceAll("-", "")}`;
  const headers = signWebhook(config, { id, timestamp: startedAt, body });
  const result = await post(config.url, headers, body, startedAt + webhookTimeoutMs);
  if (json && result.kind === "delivered") return `${JSON.stringify({ id, ...result })}\n`;
  const told = `${sentence(result)}, after ${Date.now() - startedAt} ms`;
  if (result.kind !== "delivered")
    throw new Refused(json ? JSON.stringify({ id, ...result }) : `not delivered: ${told}`);
  return `Delivered: ${told}.\n`;
}

function exampleBody(now: number): string {
  const at = new Date(now).toISOString();
  const refund = { mid: "000000000000000", instMid: "EXAMPLE", merOrderId: "EXAMPLE", tid: "00000000" };
  return JSON.stringify({
    type: "webhook.test",
    timestamp: at,
    data: { ...refund, state: "succeeded", sequence: 1, checkedAt: at },
  });
}

function sentence(result: WebhookResult): string {
  switch (result.kind) {
    case "delivered":
      return `HTTP ${result.status}`;
    case "gone":
      return "HTTP 410, by which a receiver ends its webhook";
    case "failed":
      return deliveryFailures[result.because] + (result.status === undefined ? "" : ` (HTTP ${result.status})`);
  }
}

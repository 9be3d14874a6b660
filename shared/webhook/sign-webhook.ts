import { createHmac, sign } from "node:crypto";
import { readPrivateKey } from "./ed25519-keys.ts";
import { secretPrefixes, type WebhookConfig } from "./webhook-config.ts";

export type WebhookMessage = {
  /** The event's own id. It is the same in each try, and holds no full stop. */
  readonly id: string;
  /** When this try is made, in epoch ms. */
  readonly timestamp: number;
  readonly body: string;
};

export type WebhookHeaders = {
  readonly "webhook-id": string;
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
};

/**
 * The headers of a delivery, with one signature for each secret that is valid, newest first.
 * Source: Standard Webhooks 1.0.0, "Signature scheme".
 * @throws if a secret does not have the form of its scheme
 */
export function signWebhook(
  { scheme, secrets }: Pick<WebhookConfig, "scheme" | "secrets">,
  { id, timestamp, body }: WebhookMessage,
): WebhookHeaders {
  const seconds = Math.floor(timestamp / 1000);
  const toSign = `${id}.${seconds}.${body}`;
  return {
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": secrets.map((secret) => `${scheme},${signatures[scheme](secret, toSign)}`).join(" "),
  };
}

const signatures = {
  v1: (secret, toSign) => {
    const key = Buffer.from(secret.slice(secretPrefixes.symmetric.length), "base64");
    return createHmac("sha256", key).update(toSign, "utf8").digest("base64");
  },
  v1a: (secret, toSign) => sign(null, Buffer.from(toSign, "utf8"), readPrivateKey(secret)).toString("base64"),
} as const satisfies Record<WebhookConfig["scheme"], (secret: string, toSign: string) => string>;

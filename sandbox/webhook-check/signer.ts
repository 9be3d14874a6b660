import { generateKeyPairSync, randomBytes } from "node:crypto";
import { writePrivateKey } from "../../shared/webhook/ed25519-keys.ts";
import { signWebhook, type WebhookHeaders, type WebhookMessage } from "../../shared/webhook/sign-webhook.ts";
import { secretPrefixes, type WebhookConfig, webhookConfigSchema } from "../../shared/webhook/webhook-config.ts";

/** Signs as the service does, by the receiver's secret or by one that the receiver does not know. */
export type Signer = {
  readonly scheme: WebhookConfig["scheme"];
  sign(message: WebhookMessage): WebhookHeaders;
  signByAnother(message: WebhookMessage): WebhookHeaders;
};

/** A signer by a `whsec_…` secret or a `whsk_…` private key; undefined for any other text. */
export function createSigner(secret: string): Signer | undefined {
  const scheme = secret.startsWith(secretPrefixes.private) ? "v1a" : "v1";
  const where = { partnerId: "-", appId: "-", configId: "-", url: "https://-" };
  const own = webhookConfigSchema.safeParse({ ...where, scheme, secrets: [secret] });
  if (!own.success) return undefined;
  const another: WebhookConfig = { ...own.data, secrets: [newSecrets[scheme]()] };
  return {
    scheme,
    sign: (message) => signWebhook(own.data, message),
    signByAnother: (message) => signWebhook(another, message),
  };
}

const newSecrets = {
  v1: () => secretPrefixes.symmetric + randomBytes(32).toString("base64"),
  v1a: () => writePrivateKey(generateKeyPairSync("ed25519").privateKey),
};

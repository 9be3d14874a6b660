import * as z from "zod/mini";

/** Deliveries are signed with one secret, and with either of two while a partner replaces one. */
export const maxWebhookSecrets = 2;

/** What each kind of secret begins with, so that none is taken for another. Source: Standard Webhooks 1.0.0. */
export const secretPrefixes = { symmetric: "whsec_", private: "whsk_", public: "whpk_" } as const;

const filled = z.string().check(z.minLength(1), z.maxLength(128));
/** 24 to 64 bytes in Base64, as the specification has them. */
const symmetric = z.string().check(z.regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/));
/** The 64 bytes of an Ed25519 pair in Base64: first the seed, then the public key. */
const privateKey = z.string().check(z.regex(/^whsk_[A-Za-z0-9+/]{86}==$/));
const newestFirst = <T extends z.ZodMiniType>(secret: T) =>
  z.array(secret).check(z.minLength(1), z.maxLength(maxWebhookSecrets));

const endpoint = {
  partnerId: filled,
  /** By this the partner's merchants are found. */
  appId: filled,
  /** Drawn anew whenever the URL is set, so that what is remembered of one endpoint is not held against the next. */
  configId: filled,
  url: z.string().check(z.maxLength(2048)),
};

/** What the secret of a partner's webhook holds. */
export const webhookConfigSchema = z.discriminatedUnion("scheme", [
  /** HMAC-SHA256: the partner has the same secret. */
  z.object({ ...endpoint, scheme: z.literal("v1"), secrets: newestFirst(symmetric) }),
  /** Ed25519: the partner has the public key alone. */
  z.object({ ...endpoint, scheme: z.literal("v1a"), secrets: newestFirst(privateKey) }),
]);

export type WebhookConfig = z.infer<typeof webhookConfigSchema>;
export type WebhookScheme = WebhookConfig["scheme"];

import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { WebhookConfig } from "../webhook/webhook-config.ts";
import { webhookConfigSchema } from "../webhook/webhook-config.ts";
import type { WebhookDirectory } from "../webhook/webhook-directory.ts";
import { type CachedSecret, createCachedSecret } from "./cached-secret.ts";
import { readSecret } from "./read-secret.ts";

/** Short, so that a webhook that was set, rotated or removed is in use at once. A burst of events needs one look-up all the same. */
const freshness = { staleMs: 5_000, expiredMs: 5_000 };
/** An absent webhook is looked for more often, because an event without one is not delivered later. */
const absentMs = 1_000;

export type WebhookSecretsDeps = {
  readonly client: SecretsManagerClient;
  /** What the names of the secrets begin with; the partner's id follows. */
  readonly prefix: string;
  readonly now: () => number;
};

/** The partners' webhooks in Secrets Manager, one secret each. Only ids of known partners are looked up. */
export function createWebhookSecrets({ client, prefix, now }: WebhookSecretsDeps): WebhookDirectory {
  const entries = new Map<string, { readonly secret: CachedSecret<WebhookConfig | undefined>; lookedUpAt: number }>();

  async function load(partnerId: string): Promise<WebhookConfig | undefined> {
    const parsed = webhookConfigSchema.safeParse(await readSecret(client, prefix + partnerId));
    // A secret under another partner's name is nobody's, because no partner may get what is another's.
    return parsed.success && parsed.data.partnerId === partnerId ? parsed.data : undefined;
  }

  return {
    async find(partnerId) {
      let entry = entries.get(partnerId);
      if (entry === undefined) {
        const secret = createCachedSecret({ load: () => load(partnerId), freshness, now });
        entry = { secret, lookedUpAt: now() };
        entries.set(partnerId, entry);
      }
      const found = await entry.secret.get();
      if (found !== undefined || now() - entry.lookedUpAt < absentMs) return found;
      entry.lookedUpAt = now();
      return await entry.secret.reload();
    },
  };
}

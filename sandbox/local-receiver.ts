import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Partner } from "../shared/partner/partner.ts";
import { publicKeyOf } from "../shared/webhook/ed25519-keys.ts";
import { listWebhooks } from "../tools/webhook-secrets.ts";
import { localWebhookPrefix, seedWebhook } from "./local-secrets.ts";
import { type Receiver, startReceiver } from "./receiver/start-receiver.ts";

export type LocalReceiverDeps = {
  readonly secrets: SecretsManagerClient;
  /** Whose webhook leads to the receiver, unless somebody has set another. */
  readonly partner: Partner | undefined;
  readonly onLine: (line: string) => void;
};

/** The receiver of the local run. Its `secret` is the first partner's, empty if that partner's webhook leads elsewhere. */
export type LocalReceiver = Receiver & { readonly secret: string };

/** Starts the receiver with the keys of all webhooks that lead to it, as they are in Secrets Manager. */
export async function startLocalReceiver({ secrets, partner, onLine }: LocalReceiverDeps): Promise<LocalReceiver> {
  const receiver = await startReceiver({ port: 0, loadKeys: (url) => keysFor(secrets, url), onLine });
  const secret = partner && (await seedWebhook(secrets, partner, receiver.url));
  return { ...receiver, secret: secret ?? "" };
}

async function keysFor(client: SecretsManagerClient, receiverUrl: string): Promise<string[]> {
  const webhooks = await listWebhooks({ client, prefix: localWebhookPrefix });
  return webhooks
    .filter(({ url }) => new URL(url).origin === receiverUrl)
    .flatMap(({ scheme, secrets }) => (scheme === "v1" ? secrets : secrets.map(publicKeyOf)));
}

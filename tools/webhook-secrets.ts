import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Partner } from "../shared/partner/partner.ts";
import { writePrivateKey } from "../shared/webhook/ed25519-keys.ts";
import {
  maxWebhookSecrets,
  secretPrefixes,
  type WebhookConfig,
  type WebhookScheme,
  webhookConfigSchema,
} from "../shared/webhook/webhook-config.ts";
import { Refused, secretNames } from "./partner-secrets.ts";
import { keyOfStage } from "./secret-key.ts";

/** Where the webhooks of one deployment are kept: one secret each, named by the partner's id under the prefix. */
export type WebhookSecrets = { readonly client: SecretsManagerClient; readonly prefix: string };

export type NewWebhook = { readonly url: string; readonly scheme: WebhookScheme; readonly configId?: string };

/** As many bytes as the digest of HMAC-SHA256 has. */
const secretBytes = 32;

const newSecrets = {
  v1: () => secretPrefixes.symmetric + randomBytes(secretBytes).toString("base64"),
  v1a: () => writePrivateKey(generateKeyPairSync("ed25519").privateKey),
} as const satisfies Record<WebhookScheme, () => string>;

/** Gives a partner a webhook with a new secret, in place of any it had. The URL must have been checked. */
export async function setWebhook(
  where: WebhookSecrets,
  { partnerId, appId }: Pick<Partner, "partnerId" | "appId">,
  { url, scheme, configId = randomUUID() }: NewWebhook,
): Promise<WebhookConfig> {
  const config = { partnerId, appId, configId, url, scheme, secrets: [newSecrets[scheme]()] };
  return await saveWebhook(where, config);
}

/** Writes a webhook as it is, whether there was one or not. */
export async function saveWebhook({ client, prefix }: WebhookSecrets, config: WebhookConfig): Promise<WebhookConfig> {
  const [Name, SecretString] = [prefix + config.partnerId, JSON.stringify(config)];
  try {
    await client.send(new PutSecretValueCommand({ SecretId: Name, SecretString }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    const Description = `Webhook of the partner ${config.partnerId}.`;
    await client.send(
      new CreateSecretCommand({ ...(await keyOfStage(client, prefix)), Name, SecretString, Description }),
    );
  }
  return config;
}

/** The webhook with a new secret before its old one; both sign. @throws {Refused} if it has two already, or none */
export async function rotateWebhook(where: WebhookSecrets, partnerId: string): Promise<WebhookConfig> {
  const config = await requireWebhook(where, partnerId);
  if (config.secrets.length >= maxWebhookSecrets) {
    throw new Refused(`the webhook of ${partnerId} has two secrets; retire the old one first`);
  }
  return await saveWebhook(where, { ...config, secrets: [newSecrets[config.scheme](), ...config.secrets] });
}

/** The webhook with its newest secret only. @throws {Refused} if it has one only, or if there is no webhook */
export async function retireWebhookSecret(where: WebhookSecrets, partnerId: string): Promise<WebhookConfig> {
  const config = await requireWebhook(where, partnerId);
  if (config.secrets.length < maxWebhookSecrets) {
    throw new Refused(`the webhook of ${partnerId} has one secret only; use rotate to give it another`);
  }
  return await saveWebhook(where, { ...config, secrets: config.secrets.slice(0, 1) });
}

/** Removes the webhook for good, so that the name is free for another. @throws {Refused} if there is none */
export async function removeWebhook(where: WebhookSecrets, partnerId: string): Promise<void> {
  await requireWebhook(where, partnerId);
  await removeWebhookIfAny(where, partnerId);
}

/** Leaves no webhook of the partner, one that cannot be read included. */
export async function removeWebhookIfAny({ client, prefix }: WebhookSecrets, partnerId: string): Promise<void> {
  const SecretId = prefix + partnerId;
  try {
    await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  } catch (error) {
    // AWS itself says nothing of a secret that is not there if it is deleted at once.
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}

/** @throws {Refused} if the partner has no webhook, or one that cannot be read */
export async function requireWebhook(where: WebhookSecrets, partnerId: string): Promise<WebhookConfig> {
  const found = await findWebhook(where, partnerId);
  if (found === undefined) throw new Refused(`${partnerId} has no webhook; use webhook set to give it one`);
  return found;
}

/** Undefined where there is none. @throws {Refused} if it cannot be read */
export async function findWebhook(
  { client, prefix }: WebhookSecrets,
  partnerId: string,
): Promise<WebhookConfig | undefined> {
  let text: string | undefined;
  try {
    text = (await client.send(new GetSecretValueCommand({ SecretId: prefix + partnerId }))).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
  const read = webhookConfigSchema.safeParse(JSON.parse(text ?? "null"));
  if (!read.success) throw new Refused(`the webhook of ${partnerId} cannot be read; set it again`);
  return read.data;
}

/** All webhooks that can be read. */
export async function listWebhooks({ client, prefix }: WebhookSecrets): Promise<WebhookConfig[]> {
  const names = await secretNames(client, prefix);
  const found = names.map((name) => findWebhook({ client, prefix }, name.slice(prefix.length)).catch(() => undefined));
  return (await Promise.all(found)).filter((config) => config !== undefined);
}

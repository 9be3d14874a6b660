import { randomBytes } from "node:crypto";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { KeyPair } from "../shared/chinaums/auth/key-pair.ts";
import { partnerSecretPrefix, platformSecretName, webhookSecretPrefix } from "../shared/names.ts";
import type { Partner } from "../shared/partner/partner.ts";
import { localStage } from "../tools/local-aws.ts";
import { listPartners } from "../tools/partner-secrets.ts";
import { findWebhook, saveWebhook, setWebhook } from "../tools/webhook-secrets.ts";
import { sandboxPartners, sandboxPlatform } from "./sandbox-pairs.ts";

export const localPlatformSecret = platformSecretName(localStage);
export const localPartnerPrefix = partnerSecretPrefix(localStage);
export const localWebhookPrefix = webhookSecretPrefix(localStage);

const randomHex = () => randomBytes(16).toString("hex");

/** What the configId of a webhook to the local run's own receiver begins with. An operator's has none like it. */
const ownReceiver = "local-receiver-";

/** The platform's pair: the given one, else the one of an earlier run, else the sandbox's. */
export async function seedPlatform(client: SecretsManagerClient, given: KeyPair | undefined): Promise<KeyPair> {
  const existing = await readSecret<KeyPair>(client, localPlatformSecret);
  const platform = given ?? existing ?? sandboxPlatform;
  const SecretString = JSON.stringify(platform);
  if (existing === undefined) await client.send(new CreateSecretCommand({ Name: localPlatformSecret, SecretString }));
  else if (given) await client.send(new PutSecretValueCommand({ SecretId: localPlatformSecret, SecretString }));
  return platform;
}

/** All partners. If there are none yet, the sandbox's are made. */
export async function seedPartners(client: SecretsManagerClient): Promise<Partner[]> {
  const where = { client, prefix: localPartnerPrefix };
  const existing = await listPartners(where);
  if (existing.length > 0) return existing;
  for (const partner of sandboxPartners) {
    const SecretString = JSON.stringify(partner);
    await client.send(new CreateSecretCommand({ Name: localPartnerPrefix + partner.appId, SecretString }));
  }
  return await listPartners(where);
}

/**
 * Points the first partner's webhook to the receiver, with the secret of an earlier run if there was one. A webhook that
 * somebody has set since is left as it is. Undefined then, else the secret.
 */
export async function seedWebhook(
  client: SecretsManagerClient,
  partner: Partner,
  receiverUrl: string,
): Promise<string | undefined> {
  const where = { client, prefix: localWebhookPrefix };
  const existing = await findWebhook(where, partner.partnerId);
  if (existing?.configId.startsWith(ownReceiver) === false) return undefined;
  const webhook = { url: receiverUrl, configId: ownReceiver + randomHex() };
  const { secrets } = existing
    ? await saveWebhook(where, { ...existing, ...webhook })
    : await setWebhook(where, partner, { ...webhook, scheme: "v1" });
  return secrets[0];
}

async function readSecret<T>(client: SecretsManagerClient, SecretId: string): Promise<T | undefined> {
  try {
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
    return JSON.parse(SecretString) as T;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

import { randomBytes } from "node:crypto";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { addPartner, listPartners } from "../operate/partners.ts";
import type { KeyPair as Credentials } from "../shared/chinaums/auth/key-pair.ts";
import { platformSecretName, partnerSecretPrefix as prefixOfPartnerSecrets } from "../shared/names.ts";
import type { Partner } from "../shared/partner/partner.ts";
import { localCredentials, localRegion } from "./database.ts";
import { localStage } from "./stack/synthesized-template.ts";

export const platformSecretId = platformSecretName(localStage);
export const partnerSecretPrefix = prefixOfPartnerSecrets(localStage);

const randomHex = () => randomBytes(16).toString("hex");

/** Merchants that the official samples use, so that a request copied from there works. */
const firstPartners = [
  { partnerId: "north-shop", mids: ["898310148160568", "898310148160569"] },
  { partnerId: "south-shop", mids: ["898440148160571"] },
];

/** A client of the local Secrets Manager. */
export function localSecretsManager(endpoint: string): SecretsManagerClient {
  return new SecretsManagerClient({ endpoint, region: localRegion, credentials: localCredentials });
}

/** The platform's pair: what `given` says, else what is there from an earlier run, else a new one. */
export async function seedPlatform(client: SecretsManagerClient, given: Credentials | undefined): Promise<Credentials> {
  const existing = await readSecret<Credentials>(client, platformSecretId);
  const platform = given ?? existing ?? { appId: randomHex(), appKey: randomHex() };
  const SecretString = JSON.stringify(platform);
  if (existing === undefined) await client.send(new CreateSecretCommand({ Name: platformSecretId, SecretString }));
  else if (given) await client.send(new PutSecretValueCommand({ SecretId: platformSecretId, SecretString }));
  return platform;
}

/** All partners, after making the first two where there are none yet. */
export async function seedPartners(client: SecretsManagerClient): Promise<Partner[]> {
  const where = { client, prefix: partnerSecretPrefix };
  const existing = await listPartners(where);
  if (existing.length > 0) return existing;
  for (const { partnerId, mids } of firstPartners) await addPartner(where, partnerId, mids);
  return await listPartners(where);
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

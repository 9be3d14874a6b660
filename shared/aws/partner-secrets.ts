import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { type Partner, type PartnerDirectory, partnerSchema } from "../partner/partner.ts";
import { type CachedSecret, createCachedSecret } from "./cached-secret.ts";
import { parseSecret } from "./platform-secret.ts";

const staleMs = 5 * 60_000;
const expiredMs = 15 * 60_000;
/** A refused signature looks its partner up again at most this often: a guesser is not a storm of look-ups. */
const minReloadMs = { partner: 2_000, nobody: 10_000 } as const;
/** So many AppIds are remembered, those of nobody included; the ones not asked about for longest are forgotten first. */
const maxRemembered = 2_000;

/** What a secret's name may hold; an AppId of anything else is nobody's. */
const nameable = /^[A-Za-z0-9_+=.@-]{1,128}$/;

/** The partners, one secret each, named by AppId under a prefix. */
export function createPartnerSecrets(
  client: SecretsManagerClient,
  prefix: string,
  now: () => number,
): PartnerDirectory {
  const remembered = new Map<string, CachedSecret<Partner | undefined>>();

  const load = async (appId: string): Promise<Partner | undefined> => {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: prefix + appId }));
      const parsed = partnerSchema.safeParse(parseSecret(SecretString));
      // A record that cannot be read lets nobody in; a secret must not be let in by guessing what it meant.
      return parsed.success && parsed.data.appId === appId ? parsed.data : undefined;
    } catch (error) {
      if (error instanceof ResourceNotFoundException || isMarkedForDeletion(error)) return undefined;
      throw error;
    }
  };

  const secretOf = (appId: string): CachedSecret<Partner | undefined> => {
    const secret = remembered.get(appId) ?? createCachedSecret(() => load(appId), { staleMs, expiredMs }, now);
    remembered.delete(appId);
    remembered.set(appId, secret);
    if (remembered.size > maxRemembered) {
      const [oldest] = remembered.keys();
      if (oldest !== undefined) remembered.delete(oldest);
    }
    return secret;
  };

  return {
    find: async (appId) => (nameable.test(appId) ? await secretOf(appId).get() : undefined),
    async findAnew(appId) {
      if (!nameable.test(appId)) return undefined;
      const secret = secretOf(appId);
      const known = await secret.get();
      const ageMs = now() - (secret.loadedAt() ?? Number.NEGATIVE_INFINITY);
      return ageMs < minReloadMs[known === undefined ? "nobody" : "partner"] ? known : await secret.reload();
    },
  };
}

function isMarkedForDeletion(error: unknown): boolean {
  return error instanceof Error && error.name === "InvalidRequestException";
}

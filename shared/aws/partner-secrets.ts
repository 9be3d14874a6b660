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
/** Between two look-ups that refused signatures of one partner cause: a guesser is not a storm of look-ups. */
const minReloadIntervalMs = 2_000;
/** For so long an AppId that is nobody's is not looked up again. */
const unknownAppIdCacheMs = 10_000;
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
  const remembered = new Map<string, Remembered>();

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

  const recall = (appId: string): Remembered => {
    const found = remembered.get(appId) ?? {
      secret: createCachedSecret(() => load(appId), { staleMs, expiredMs }, now),
      reloadedAt: Number.NEGATIVE_INFINITY,
    };
    remembered.delete(appId);
    remembered.set(appId, found);
    if (remembered.size > maxRemembered) {
      const [oldest] = remembered.keys();
      if (oldest !== undefined) remembered.delete(oldest);
    }
    return found;
  };

  return {
    find: async (appId) => (nameable.test(appId) ? await recall(appId).secret.get() : undefined),
    async findAnew(appId) {
      if (!nameable.test(appId)) return undefined;
      const found = recall(appId);
      const known = await found.secret.get();
      const justLookedUp =
        known === undefined
          ? now() - (found.secret.loadedAt() ?? 0) < unknownAppIdCacheMs
          : now() - found.reloadedAt < minReloadIntervalMs;
      if (justLookedUp) return known;
      found.reloadedAt = now();
      return await found.secret.reload();
    },
  };
}

type Remembered = { readonly secret: CachedSecret<Partner | undefined>; reloadedAt: number };

function isMarkedForDeletion(error: unknown): boolean {
  return error instanceof Error && error.name === "InvalidRequestException";
}

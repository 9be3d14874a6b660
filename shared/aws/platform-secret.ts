import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod/mini";
import { placeholderAppId } from "../names.ts";
import { createCachedSecret } from "./cached-secret.ts";
import { readSecret } from "./read-secret.ts";

const visible = z.string().check(z.regex(/^[\x21-\x7e]{1,128}$/));
const platformSecretSchema = z.object({
  appId: visible.check(z.refine((appId) => appId !== placeholderAppId)),
  appKey: visible,
});
type PlatformSecret = z.infer<typeof platformSecretSchema>;

/** The operator has not put the platform's pair in yet, or something that is none. */
export class SecretUnusable extends Error {
  override readonly name = "SecretUnusable";
  readonly code = "SECRET_UNUSABLE";
}

const freshness = { staleMs: 5 * 60_000, expiredMs: 60 * 60_000 };
/** Between two look-ups that rejections cause, so that rejections cannot flood Secrets Manager. */
const minReloadIntervalMs = 2_000;

export type PlatformSecretDeps = {
  readonly client: SecretsManagerClient;
  /** Name or ARN. */
  readonly secretId: string;
  readonly now: () => number;
};

/**
 * The platform's own pair from Secrets Manager, kept for 5 minutes and looked up again when ChinaUMS rejects it.
 * It is what `shared/chinaums` calls its platform credentials.
 */
export function createPlatformSecret({ client, secretId, now }: PlatformSecretDeps) {
  /** @throws {SecretUnusable} @throws {UnavailableError} when Secrets Manager is in trouble */
  const load = async (): Promise<PlatformSecret> => {
    const parsed = platformSecretSchema.safeParse(await readSecret(client, secretId));
    // What zod says may quote the value, so it is not passed on.
    if (!parsed.success) throw new SecretUnusable("the platform secret is not set, or not {appId, appKey}");
    return parsed.data;
  };
  const secret = createCachedSecret({ load, freshness, now });
  let reloadedAt = Number.NEGATIVE_INFINITY;
  let reloading: Promise<PlatformSecret> | undefined;

  return {
    current: () => secret.get(),
    async afterRejected(rejected: PlatformSecret): Promise<PlatformSecret | undefined> {
      const kept = await secret.get();
      if (kept.appKey !== rejected.appKey || kept.appId !== rejected.appId) return kept;
      if (reloading !== undefined) return await reloading;
      if (now() - reloadedAt < minReloadIntervalMs) return undefined;
      reloadedAt = now();
      reloading = secret.reload().finally(() => {
        reloading = undefined;
      });
      return await reloading;
    },
  };
}

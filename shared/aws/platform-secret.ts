import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod/mini";
import { placeholderAppId } from "../names.ts";
import { createCachedSecret } from "./cached-secret.ts";

const visible = z.string().check(z.regex(/^[\x21-\x7e]{1,128}$/));
const platformSecretSchema = z.object({
  appId: visible.check(z.refine((appId) => appId !== placeholderAppId)),
  appKey: visible,
});
type PlatformSecret = z.infer<typeof platformSecretSchema>;

export class SecretUnusable extends Error {
  readonly code = "SECRET_UNUSABLE";
}

/** Between two look-ups that rejections cause: a storm of rejections is not a storm of look-ups. */
const minReloadIntervalMs = 2_000;

/**
 * The platform's own pair from Secrets Manager, kept for 5 minutes and looked up again when upstream rejects it.
 * It is what `shared/chinaums` calls its platform credentials.
 */
export function createPlatformSecret(client: SecretsManagerClient, secretId: string, now: () => number) {
  const load = async (): Promise<PlatformSecret> => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    const parsed = platformSecretSchema.safeParse(parseSecret(SecretString));
    // What zod would say may quote the value; which secret it is says enough.
    if (!parsed.success) throw new SecretUnusable("the platform secret is not set, or not {appId, appKey}");
    return parsed.data;
  };
  const secret = createCachedSecret(load, { staleMs: 5 * 60_000, expiredMs: 60 * 60_000 }, now);
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

/** The JSON in a secret's text, or undefined where it holds none. */
export function parseSecret(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

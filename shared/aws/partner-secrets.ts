import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type Partner, partnerSchema } from "../partner/partner.ts";
import type { PartnerDirectory } from "../partner/partner-directory.ts";
import { createTokenBucket } from "../partner/token-bucket.ts";
import { UnavailableError } from "../refund/unavailable.ts";
import { type CachedSecret, createCachedSecret, type Freshness } from "./cached-secret.ts";
import { readSecret } from "./read-secret.ts";
import { createSignerCache } from "./signer-cache.ts";

const usualFreshness = { staleMs: 5 * 60_000, expiredMs: 15 * 60_000 };
/** Between two look-ups of one AppId that bad signatures cause, so that guessing keys cannot flood Secrets Manager. */
const minReloadIntervalMs = 2_000;
/** Look-ups of an instance for AppIds that have not signed yet, so that guessing AppIds cannot flood it either. */
const lookUpLimit = { perSecond: 20, burst: 20 };
const maxStrangers = 2_000;

/** What a secret's name may hold. No partner has an AppId with anything else in it. */
const nameable = /^[A-Za-z0-9_+=.@-]{1,128}$/;

export type PartnerSecretsDeps = {
  readonly client: SecretsManagerClient;
  /** What the names of the secrets begin with; the AppId follows. */
  readonly prefix: string;
  readonly now: () => number;
  /** How long what was looked up serves, where the usual minutes are too long. */
  readonly freshness?: Freshness;
};

/** The result of one look-up; each look-up makes another one, so that two of them can be told apart. */
type LookUp = { readonly partner: Partner | undefined };
type Entry = {
  readonly secret: CachedSecret<LookUp>;
  /** When a bad signature last caused a look-up that its answer waited for; and one that went on behind its answer. */
  renewedAt: number;
  renewedBehindAt: number;
  renewing: Promise<LookUp> | undefined;
};

/** The partners in Secrets Manager, one secret each, named by AppId. */
export function createPartnerSecrets({
  client,
  prefix,
  now,
  freshness = usualFreshness,
}: PartnerSecretsDeps): PartnerDirectory {
  const bucket = createTokenBucket({ ...lookUpLimit, now });
  const entries = createSignerCache<Entry>({
    create: (appId) => ({
      secret: createCachedSecret({ load: () => load(appId), freshness, now }),
      renewedAt: Number.NEGATIVE_INFINITY,
      renewedBehindAt: Number.NEGATIVE_INFINITY,
      renewing: undefined,
    }),
    maxStrangers,
  });

  async function load(appId: string): Promise<LookUp> {
    if (!entries.isKept(appId) && !bucket.take()) throw new UnavailableError("LOOK_UPS_EXHAUSTED");
    const parsed = partnerSchema.safeParse(await readSecret(client, prefix + appId));
    // A secret that cannot be read lets nobody in, because nobody may be let in by a guess at what it means.
    return { partner: parsed.success && parsed.data.appId === appId ? parsed.data : undefined };
  }

  async function renew(appId: string, entry: Entry): Promise<LookUp> {
    // `load` takes the token of a stranger. One for a partner that has signed is taken too, so that nobody can tell them apart.
    if (entries.isKept(appId) && !bucket.take()) {
      renewBehind(entry);
      throw new UnavailableError("LOOK_UPS_EXHAUSTED");
    }
    const found = await entry.secret.reload();
    entry.renewedAt = now();
    return found;
  }

  /** A partner that has just replaced its key gets in by its next try, however many strangers there are. */
  function renewBehind(entry: Entry): void {
    if (now() - entry.renewedBehindAt < minReloadIntervalMs) return;
    entry.renewedBehindAt = now();
    entry.secret.reload().catch(() => undefined);
  }

  return {
    async find(appId) {
      if (!nameable.test(appId)) return { partner: undefined, isNew: false };
      const { secret } = entries.get(appId);
      const before = secret.kept();
      const found = await secret.get();
      return { partner: found.partner, isNew: found !== before };
    },
    async findAnew(appId, { partner, isNew }) {
      if (!nameable.test(appId)) return undefined;
      const entry = entries.get(appId);
      if (isNew) {
        entry.renewedAt = now();
        return partner;
      }
      if (entry.renewing === undefined) {
        if (now() - entry.renewedAt < minReloadIntervalMs) return (entry.secret.kept() ?? { partner }).partner;
        entry.renewing = renew(appId, entry).finally(() => {
          entry.renewing = undefined;
        });
      }
      return (await entry.renewing).partner;
    },
    remember: entries.keep,
  };
}

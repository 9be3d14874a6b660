import { type GetSecretValueCommand, ResourceNotFoundException } from "@aws-sdk/client-secrets-manager";
import { type Episode, episodes, isIn } from "./faults.ts";
import { secretNames } from "./instances.ts";
import type { Partner } from "./partners.ts";
import type { createPlatform } from "./platform.ts";
import type { Process } from "./process.ts";
import { between, hex, magnitude, pick } from "./random.ts";
import type { World } from "./world.ts";

const hourMs = 3_600_000;

/** Secrets Manager with the pairs of the platform and of the partners, and whoever replaces their keys. */
export function createSecrets(
  world: World,
  platform: ReturnType<typeof createPlatform>,
  partners: readonly Partner[],
  outages: readonly Episode[],
) {
  const { clock, random } = world;
  const values = new Map<string, string>();
  const failedAt = new Map<string, number>();

  const keysOf = new Map<Partner, readonly string[]>();
  function putPartner(partner: Partner, appKeys: readonly string[]): void {
    const { partnerId, appId, mids, allow } = partner;
    const gone = (keysOf.get(partner) ?? []).filter((key) => !appKeys.includes(key));
    partner.retired = [...partner.retired, ...gone.map((key) => ({ key, at: clock.now() }))];
    keysOf.set(partner, appKeys);
    values.set(secretNames.partnerPrefix + appId, JSON.stringify({ partnerId, appId, appKeys, mids, allow }));
  }
  function putPlatform(): void {
    values.set(secretNames.platform, JSON.stringify({ appId: platform.appId, appKey: platform.newestKey() }));
  }
  for (const partner of partners) putPartner(partner, partner.keys);
  putPlatform();

  return {
    /** The SDK's client as one process has it. */
    clientOf: (process: Process) => ({
      async send({ input }: GetSecretValueCommand) {
        await process.sleep(between(random, 1, 30));
        const isOut = world.rate("secrets") > 0 && isIn(outages, clock.now()) !== undefined;
        if (isOut || world.strikes("secrets")) {
          failedAt.set(String(input.SecretId), clock.now());
          throw Object.assign(new Error("out of reach"), { name: "InternalServiceError" });
        }
        const SecretString = values.get(String(input.SecretId));
        if (SecretString === undefined) throw new ResourceNotFoundException({ message: "none", $metadata: {} });
        return { SecretString };
      },
    }),

    /** Puts a partner's webhook; undefined removes it. */
    putWebhook(partnerId: string, webhook: object | undefined): void {
      const name = secretNames.webhookPrefix + partnerId;
      if (webhook === undefined) values.delete(name);
      else values.set(name, JSON.stringify(webhook));
    },

    /** A partner, or this one, is no longer let at a merchant, or at this one, which another still has. It happens once. */
    loseMerchant(partnerId?: string, lostMid?: string): void {
      if (partners.some(({ lost }) => lost !== undefined)) return;
      const shared = partners.flatMap((partner) => {
        const others = partners.filter((one) => one !== partner);
        return partner.mids
          .filter((mid) => others.some(({ mids }) => mids.includes(mid)))
          .map((mid) => ({ partner, mid }));
      });
      const chosen = shared.filter(
        ({ partner, mid }) =>
          (partnerId === undefined || partner.partnerId === partnerId) && (lostMid === undefined || mid === lostMid),
      );
      if (chosen.length === 0) return;
      const { partner, mid } = pick(random, chosen);
      world.note("lost merchant", `${partner.partnerId} ${mid}`);
      partner.mids = partner.mids.filter((one) => one !== mid);
      partner.lost = { mid, at: clock.now() };
      putPartner(partner, keysOf.get(partner) ?? partner.keys);
    },

    /** True if a partner's own secret, or its webhook's, was out of reach at some time since an instant. */
    hasFailedSince: ({ appId, partnerId }: Partner, instant: number) =>
      [secretNames.partnerPrefix + appId, secretNames.webhookPrefix + partnerId].some(
        (name) => (failedAt.get(name) ?? Number.NEGATIVE_INFINITY) >= instant,
      ),

    /** ChinaUMS hands out a new key; somebody stores it sooner or later than the old one is refused. */
    rotatePlatform(): void {
      world.note("rotation", "platform");
      platform.rotate(clock.now() + pick(random, [0, hourMs]));
      clock.at(clock.now() + magnitude(random, 1_000, hourMs), putPlatform);
    },

    /** A partner has two keys for an hour, and signs with the new one from then on. */
    rotatePartner(): void {
      const partner = pick(random, partners);
      world.note("rotation", partner.partnerId);
      const key = `KEY-${hex(random, 28)}`;
      putPartner(partner, [...partner.keys.slice(-1), key]);
      clock.at(clock.now() + hourMs, () => partner.keys.push(key));
    },
  };
}

export function secretOutages(world: World, from: number, until: number): readonly Episode[] {
  return episodes(world.random, from, until, hourMs);
}

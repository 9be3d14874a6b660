import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { createDeliveryRecords } from "../../operate/delivery-records.ts";
import type { Partner } from "../../shared/partner/partner.ts";
import { listPartners } from "../../tools/partner-secrets.ts";
import { listWebhooks } from "../../tools/webhook-secrets.ts";
import type { ConsoleDeps } from "../console-deps.ts";
import { type PartnerActivity, unseen } from "../metrics/partner-activity.ts";

/** What the page shows of a partner. It has no key. */
export type PartnerRow = Pick<Partner, "partnerId" | "appId" | "mids" | "allow" | "share"> & {
  /** Since when each key is there, newest first, in epoch ms; undefined where nothing tells. */
  readonly keysSince: readonly (number | undefined)[];
  readonly webhookOrigin: string | undefined;
  readonly webhookDisabledAt: number | undefined;
  /** Undefined where the log was not read. */
  readonly activity: PartnerActivity | undefined;
};

/** All partners by name, with the age of their keys by the audit trail, or by the secret itself. */
export function createReadPartnerRows(deps: ConsoleDeps): () => Promise<PartnerRow[]> {
  const { partners: where, webhooks, openPartnerAudit, telemetry } = deps;
  const deliveries = createDeliveryRecords(deps);

  async function keysSince({ partnerId, appId, appKeys }: Partner): Promise<(number | undefined)[]> {
    const changes = await (await openPartnerAudit()).read(partnerId);
    const made = changes.filter(({ change }) => change === "add" || change === "rotate").map(({ at }) => at);
    const { CreatedDate } = await where.client.send(new DescribeSecretCommand({ SecretId: where.prefix + appId }));
    const newestFirst = [...made.reverse(), CreatedDate?.getTime()];
    return appKeys.map((_, i) => newestFirst[i]);
  }

  return async () => {
    const activity = telemetry.readActivity?.() ?? telemetry.activityQuery?.last()?.byPartner;
    const [partners, configs] = await Promise.all([listPartners(where), listWebhooks(webhooks)]);
    return await Promise.all(
      partners.map(async (partner): Promise<PartnerRow> => {
        const { partnerId, appId, mids, allow, share } = partner;
        const url = configs.find((config) => config.partnerId === partnerId)?.url;
        return {
          partnerId,
          appId,
          mids,
          allow,
          share,
          keysSince: await keysSince(partner),
          webhookOrigin: url === undefined ? undefined : new URL(url).origin,
          webhookDisabledAt: url === undefined ? undefined : await deliveries.disabledAt(partnerId),
          activity: activity && (activity.get(partnerId) ?? unseen),
        };
      }),
    );
  };
}

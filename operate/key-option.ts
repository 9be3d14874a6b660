import { setTimeout as sleep } from "node:timers/promises";
import type { UsedKey } from "../shared/aws/used-keys.ts";
import { parseIdempotencyKey } from "../shared/partner/idempotency-key.ts";
import { listPartners, Refused } from "../tools/partner-secrets.ts";
import { type DeployedTable, type Deployment, partnerSecretsOf } from "./deployment.ts";
import { createFindByKey, type FoundRefund } from "./find-by-key.ts";
import { formatDuration, isoInstant } from "./format-time.ts";

/**
 * The refunds that a partner, or any partner, has used an `Idempotency-Key` for.
 * @throws {Refused} if there is none, or if the text is no key
 */
export async function refundsOfKey(
  place: DeployedTable,
  deployment: Deployment,
  key: string,
  partner: string | undefined,
): Promise<FoundRefund[]> {
  if (parseIdempotencyKey(key) === undefined) throw new Refused("no Idempotency-Key is like that");
  const partnerIds = partner === undefined ? await idsOf(deployment) : [partner];
  const { find } = createFindByKey({ ...place, now: Date.now, random: Math.random, sleep: (ms) => sleep(ms) });
  const found = await find(key, partnerIds);
  if (found.length > 0) return found;
  const whose = partner === undefined ? "of any partner" : `of ${partner}`;
  throw new Refused(`no such Idempotency-Key ${whose} is on record; one is kept for 72 hours after its first use`);
}

async function idsOf(deployment: Deployment): Promise<string[]> {
  return (await listPartners(partnerSecretsOf(deployment))).map(({ partnerId }) => partnerId);
}

/** Whose keys led to a refund, a line each, and until when they count. The table keeps an ended key for a while. */
export function formatUsedKeys(keys: readonly UsedKey[], now: number): string {
  const lines = keys.map(({ partnerId, expiresAt }) => {
    const word = expiresAt > now ? "counts until" : "counts no more, since";
    const age = formatDuration(Math.abs(expiresAt - now));
    return `Key of     ${partnerId}  ${word} ${isoInstant(expiresAt)}  (${expiresAt > now ? `in ${age}` : `${age} ago`})`;
  });
  return lines.join("\n");
}

export function usedKeyJson({ partnerId, expiresAt }: UsedKey) {
  return { partnerId, expiresAt: isoInstant(expiresAt) };
}

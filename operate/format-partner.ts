import type { Partner } from "../shared/partner/partner.ts";
import type { Printed } from "./print.ts";

/** Function instances keep a partner in memory for this long. */
export const partnerDelay = "at the latest in 15 minutes";

/** A pair that its partner is given, which nobody is shown again. */
export function printCredentials({ partnerId, appId, appKeys, mids }: Partner, validity: string): Printed {
  const [appKey] = appKeys;
  const forPeople = [
    `Partner    ${partnerId}`,
    `AppId      ${appId}`,
    `AppKey     ${appKey}`,
    `Merchants  ${mids.join(", ")}`,
    "",
    `The AppKey is shown this once. ${validity}`,
  ].join("\n");
  return { forPeople, forPrograms: { partnerId, appId, appKey, mids } };
}

/** All partners, without keys. */
export function printPartners(partners: readonly Partner[]): Printed {
  const forPeople = partners.map(partnerLine).join("\n") || "There are no partners.";
  return { forPeople, forPrograms: partners.map(partnerJson) };
}

function partnerLine(partner: Partner): string {
  const { partnerId, appId, appKeys, mids } = partner;
  const keys = appKeys.length > 1 ? "two keys" : "one key";
  const allows = allowanceText(partner);
  const more = [allows && `  allowed ${allows}`, partner.share && `  ${shareText(partner.share)}`];
  return `${partnerId}  AppId ${appId}  ${keys}  mid ${mids.join(", ")}${more.filter(Boolean).join("")}`;
}

/** A partner for programs, without keys. */
export function partnerJson({ partnerId, appId, appKeys, mids, allow = [], share }: Partner): object {
  return { partnerId, appId, keys: appKeys.length, mids, allow, share: share ?? null };
}

export function shareText(share: Partner["share"]): string {
  return share === undefined
    ? "the share of the deployment"
    : `a share of ${share.perSecond}/s, ${share.burst} at once`;
}

export function allowanceText({ allow = [] }: Partner): string {
  return allow.join(", ");
}

import { randomBytes } from "node:crypto";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  paginateListSecrets,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { type Allowance, maxShare, type Partner, partnerSchema } from "../shared/partner/partner.ts";
import type { Rate } from "../shared/partner/token-bucket.ts";
import { keyOfStage } from "./secret-key.ts";

/** Where the partners of one deployment are kept: one secret each, named by AppId under the prefix. */
export type PartnerSecrets = { readonly client: SecretsManagerClient; readonly prefix: string };

/** A command that cannot be carried out. Its message is for the operator; nothing was changed. */
export class Refused extends Error {}

/** Days that a removed partner's secret can be brought back, by `aws secretsmanager restore-secret`. */
export const recoveryDays = 7;

const newKey = () => randomBytes(16).toString("hex");

/** A partner with a new pair. @throws {Refused} if the name is taken, or if a member is malformed */
export async function addPartner(where: PartnerSecrets, partnerId: string, mids: readonly string[]): Promise<Partner> {
  const partner: Partner = { partnerId, appId: newKey(), appKeys: [newKey()], mids: [...new Set(mids)] };
  const read = partnerSchema.safeParse(partner);
  if (!read.success || mids.length === 0) {
    throw new Refused(
      "a partner needs a name of letters, digits, - and _, and at least one merchant number of 15 characters",
    );
  }
  if ((await listPartners(where)).some((other) => other.partnerId === partnerId)) {
    throw new Refused(`there is a partner ${partnerId} already; use rotate to give it a new key`);
  }
  await where.client.send(
    new CreateSecretCommand({
      ...(await keyOfStage(where.client, where.prefix)),
      Name: where.prefix + partner.appId,
      Description: `Credentials of the partner ${partnerId}.`,
      SecretString: JSON.stringify(partner),
    }),
  );
  return partner;
}

/** The partner with a new key before its old one; both are valid. @throws {Refused} if it has two already */
export async function rotateKey(where: PartnerSecrets, partnerId: string): Promise<Partner> {
  const partner = await findPartner(where, partnerId);
  if (partner.appKeys.length > 1) throw new Refused(`${partnerId} has two keys; retire the old one first`);
  return await save(where, { ...partner, appKeys: [newKey(), ...partner.appKeys] });
}

/** The partner with its newest key only. @throws {Refused} if it has only one */
export async function retireKey(where: PartnerSecrets, partnerId: string): Promise<Partner> {
  const partner = await findPartner(where, partnerId);
  if (partner.appKeys.length < 2) throw new Refused(`${partnerId} has one key only; use rotate to give it another`);
  return await save(where, { ...partner, appKeys: partner.appKeys.slice(0, 1) });
}

/** The partner, allowed these beside what it was allowed before. */
export async function allowPartner(
  where: PartnerSecrets,
  partnerId: string,
  more: readonly Allowance[],
): Promise<Partner> {
  const partner = await findPartner(where, partnerId);
  return await save(where, { ...partner, allow: [...new Set([...(partner.allow ?? []), ...more])] });
}

/** The partner, not allowed these any more. Words of a newer version stay. */
export async function disallowPartner(
  where: PartnerSecrets,
  partnerId: string,
  fewer: readonly Allowance[],
): Promise<Partner> {
  const { allow = [], ...partner } = await findPartner(where, partnerId);
  const left = allow.filter((word) => !fewer.some((allowance) => allowance === word));
  return await save(where, { ...partner, ...(left.length > 0 && { allow: left }) });
}

/** The partner with a share of its own, or with the deployment's where `share` is undefined. @throws {Refused} if it is too large */
export async function setShare(where: PartnerSecrets, partnerId: string, share: Rate | undefined): Promise<Partner> {
  const { share: _, ...partner } = await findPartner(where, partnerId);
  const changed = { ...partner, ...(share !== undefined && { share }) };
  if (!partnerSchema.safeParse(changed).success) {
    const { perSecond, burst } = maxShare;
    throw new Refused(`a share is 1 to ${perSecond} requests a second, and 1 to ${burst} at once`);
  }
  return await save(where, changed);
}

/** Shuts the partner out. Its refunds stay on record and are still checked. */
export async function removePartner(where: PartnerSecrets, partnerId: string): Promise<Partner> {
  const partner = await findPartner(where, partnerId);
  const SecretId = where.prefix + partner.appId;
  await where.client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: recoveryDays }));
  return partner;
}

/** All partners, by name. A secret that holds no partner is left out, because the service ignores it too. */
export async function listPartners({ client, prefix }: PartnerSecrets): Promise<Partner[]> {
  const partners: Partner[] = [];
  for (const name of await secretNames(client, prefix)) {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    const read = partnerSchema.safeParse(parse(SecretString));
    if (read.success) partners.push(read.data);
  }
  return partners.sort((a, b) => a.partnerId.localeCompare(b.partnerId));
}

/** The names of all secrets that begin so. */
export async function secretNames(client: SecretsManagerClient, prefix: string): Promise<string[]> {
  const names: string[] = [];
  const filter = { Filters: [{ Key: "name" as const, Values: [prefix] }], MaxResults: 100 };
  for await (const { SecretList = [] } of paginateListSecrets({ client }, filter)) {
    names.push(...SecretList.flatMap(({ Name }) => (Name?.startsWith(prefix) ? [Name] : [])));
  }
  return names;
}

/** @throws {Refused} if there is no such partner */
export async function findPartner(where: PartnerSecrets, partnerId: string): Promise<Partner> {
  const found = (await listPartners(where)).find((partner) => partner.partnerId === partnerId);
  if (found === undefined) throw new Refused(`there is no partner ${partnerId}`);
  return found;
}

async function save({ client, prefix }: PartnerSecrets, partner: Partner): Promise<Partner> {
  const SecretString = JSON.stringify(partner);
  await client.send(new PutSecretValueCommand({ SecretId: prefix + partner.appId, SecretString }));
  return partner;
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

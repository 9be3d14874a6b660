import type * as z from "zod";
import type * as schemas from "./request-schemas.ts";
import type { SecretCollection } from "./secret-collection.ts";
import { findVersion } from "./secret-versions.ts";
import { SecretsManagerFault } from "./secrets-manager-fault.ts";
import { type StoredSecret, stagesByVersion } from "./stored-secret.ts";

type ListSecrets = z.infer<typeof schemas.listSecretsSchema>;

/** Gives the value of one version, AWSCURRENT unless the request says otherwise. Dates are epoch seconds. */
export function getSecretValue(
  secrets: SecretCollection,
  request: z.infer<typeof schemas.getSecretValueSchema>,
): object {
  const secret = secrets.findUsable(request.SecretId);
  const version = findVersion(secret, request);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.versionId,
    SecretString: version.secretString,
    SecretBinary: version.secretBinary,
    VersionStages: version.stages,
    CreatedDate: version.createdAtMs / 1000,
  };
}

/** Gives everything except the values, also of a secret that is marked for deletion. */
export function describeSecret(secrets: SecretCollection, request: z.infer<typeof schemas.secretIdSchema>): object {
  const secret = secrets.find(request.SecretId);
  return { ...description(secret), VersionIdsToStages: stagesByVersion(secret) };
}

/** Lists a page, oldest first unless SortOrder says otherwise. Values of one filter are alternatives, filters all apply. */
export function listSecrets(secrets: SecretCollection, request: ListSecrets): object {
  const listed = secrets
    .all()
    .filter(({ deletion }) => deletion === undefined || request.IncludePlannedDeletion === true)
    .filter((secret) => (request.Filters ?? []).every((filter) => passes(secret, filter)));
  if (request.SortOrder === "desc") listed.reverse();
  const start = request.NextToken === undefined ? 0 : readNextToken(request.NextToken);
  const end = start + (request.MaxResults ?? 100);
  return {
    SecretList: listed
      .slice(start, end)
      .map((secret) => ({ ...description(secret), SecretVersionsToStages: stagesByVersion(secret) })),
    NextToken: end < listed.length ? Buffer.from(`from ${end}`).toString("base64") : undefined,
  };
}

function description(secret: StoredSecret): object {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    Tags: secret.tags,
    CreatedDate: secret.createdAtMs / 1000,
    LastChangedDate: secret.changedAtMs / 1000,
    DeletedDate: secret.deletion === undefined ? undefined : secret.deletion.markedAtMs / 1000,
  };
}

/** A value is a prefix to match. A value that begins with `!` matches what does not have the rest as its prefix. */
function passes(secret: StoredSecret, { Key, Values }: NonNullable<ListSecrets["Filters"]>[number]): boolean {
  const texts = {
    name: [secret.name],
    description: [secret.description ?? ""],
    "tag-key": secret.tags.map((tag) => tag.Key),
    "tag-value": secret.tags.map((tag) => tag.Value),
  }[Key];
  const begins = (prefix: string) => texts.some((text) => text.startsWith(prefix));
  return Values.some((value) => (value.startsWith("!") ? !begins(value.slice(1)) : begins(value)));
}

function readNextToken(nextToken: string): number {
  const start = /^from (\d+)$/.exec(Buffer.from(nextToken, "base64").toString("utf8"))?.[1];
  if (start !== undefined) return Number(start);
  throw new SecretsManagerFault("InvalidNextTokenException", "The NextToken value is invalid.");
}

import { randomUUID } from "node:crypto";
import { SecretsManagerFault } from "./secrets-manager-fault.ts";
import type { SecretVersion, StoredSecret } from "./stored-secret.ts";

export type SecretValue = { SecretString?: string | undefined; SecretBinary?: string | undefined };

type NewVersion = SecretValue & { ClientRequestToken?: string | undefined; VersionStages?: string[] | undefined };

const keptWithoutStage = 20;

/**
 * Adds a version, or finds that the same request has added it before (a client that repeats a request sends the same
 * token). A stage is on one version at a time; the version that loses AWSCURRENT gets AWSPREVIOUS.
 * Throws InvalidParameterException without a value, ResourceExistsException when the token has another value.
 */
export function addVersion(secret: StoredSecret, request: NewVersion, nowMs: number): SecretVersion {
  const { SecretString, SecretBinary, ClientRequestToken: versionId = randomUUID() } = request;
  if ((SecretString === undefined) === (SecretBinary === undefined)) {
    throw new SecretsManagerFault("InvalidParameterException", "You must provide either SecretString or SecretBinary.");
  }
  const known = secret.versions.find((version) => version.versionId === versionId);
  if (known !== undefined) {
    if (known.secretString === SecretString && known.secretBinary === SecretBinary) return known;
    throw new SecretsManagerFault(
      "ResourceExistsException",
      `You can't use ClientRequestToken ${versionId} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const added: SecretVersion = {
    versionId,
    createdAtMs: nowMs,
    stages: [],
    ...(SecretString === undefined ? {} : { secretString: SecretString }),
    ...(SecretBinary === undefined ? {} : { secretBinary: SecretBinary }),
  };
  secret.versions.push(added);
  for (const stage of request.VersionStages ?? ["AWSCURRENT"]) moveStage(secret, stage, added);
  const deprecated = secret.versions.filter(({ stages }) => stages.length === 0).slice(0, -keptWithoutStage);
  secret.versions = secret.versions.filter((version) => !deprecated.includes(version));
  secret.changedAtMs = nowMs;
  return added;
}

function moveStage(secret: StoredSecret, stage: string, to: SecretVersion): void {
  const from = secret.versions.find(({ stages }) => stages.includes(stage));
  if (from === to) return;
  if (from !== undefined) from.stages = from.stages.filter((label) => label !== stage);
  to.stages.push(stage);
  if (stage === "AWSCURRENT" && from !== undefined) moveStage(secret, "AWSPREVIOUS", from);
}

/**
 * The version that a GetSecretValue asks for, AWSCURRENT when it does not say.
 * Throws ResourceNotFoundException when there is none, InvalidRequestException when id and stage contradict each other.
 */
export function findVersion(
  secret: StoredSecret,
  asked: { VersionId?: string | undefined; VersionStage?: string | undefined },
): SecretVersion {
  const stage = asked.VersionStage ?? (asked.VersionId === undefined ? "AWSCURRENT" : undefined);
  const found = secret.versions.find((version) =>
    asked.VersionId === undefined ? version.stages.includes(String(stage)) : version.versionId === asked.VersionId,
  );
  if (found === undefined) {
    const which = asked.VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${asked.VersionId}`;
    throw new SecretsManagerFault(
      "ResourceNotFoundException",
      `Secrets Manager can't find the specified secret value for ${which}`,
    );
  }
  if (stage !== undefined && !found.stages.includes(stage)) {
    throw new SecretsManagerFault(
      "InvalidRequestException",
      "You provided a VersionStage that is not associated to the provided VersionId.",
    );
  }
  return found;
}

import type * as z from "zod";
import type * as schemas from "./request-schemas.ts";
import type { SecretCollection } from "./secret-collection.ts";
import { addVersion } from "./secret-versions.ts";
import { SecretsManagerFault } from "./secrets-manager-fault.ts";
import { isNamed, newArn, type StoredSecret } from "./stored-secret.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Creates a secret, with a first version when there is a value. Throws ResourceExistsException when the name is taken. */
export function createSecret(secrets: SecretCollection, request: z.infer<typeof schemas.createSecretSchema>): object {
  const nowMs = secrets.now();
  const existing = secrets.all().find((secret) => isNamed(secret, request.Name));
  if (existing !== undefined) return recreated(existing, request);
  const secret: StoredSecret = {
    arn: newArn(request.Name),
    name: request.Name,
    tags: request.Tags ?? [],
    createdAtMs: nowMs,
    changedAtMs: nowMs,
    versions: [],
    ...(request.Description === undefined ? {} : { description: request.Description }),
    ...(request.KmsKeyId === undefined ? {} : { kmsKeyId: request.KmsKeyId }),
  };
  const VersionId = hasValue(request) ? addVersion(secret, request, nowMs).versionId : undefined;
  secrets.add(secret);
  return { ARN: secret.arn, Name: secret.name, VersionId };
}

/** A client that repeats its CreateSecret, with the same token and value, gets the same answer again. */
function recreated(existing: StoredSecret, request: z.infer<typeof schemas.createSecretSchema>): object {
  if (existing.deletion !== undefined) {
    throw new SecretsManagerFault(
      "InvalidRequestException",
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const version = existing.versions.find(({ versionId }) => versionId === request.ClientRequestToken);
  if (version?.secretString === request.SecretString && version?.secretBinary === request.SecretBinary && version) {
    return { ARN: existing.arn, Name: existing.name, VersionId: version.versionId };
  }
  throw new SecretsManagerFault(
    "ResourceExistsException",
    `The operation failed because the secret ${request.Name} already exists.`,
  );
}

/** Adds a version to a secret; it becomes AWSCURRENT unless VersionStages says otherwise. */
export function putSecretValue(
  secrets: SecretCollection,
  request: z.infer<typeof schemas.putSecretValueSchema>,
): object {
  const secret = secrets.findUsable(request.SecretId);
  const { versionId, stages } = addVersion(secret, request, secrets.now());
  return { ARN: secret.arn, Name: secret.name, VersionId: versionId, VersionStages: stages };
}

/** Changes description or key, and adds a version that becomes AWSCURRENT when there is a value. */
export function updateSecret(secrets: SecretCollection, request: z.infer<typeof schemas.updateSecretSchema>): object {
  const secret = secrets.findUsable(request.SecretId);
  const VersionId = hasValue(request) ? addVersion(secret, request, secrets.now()).versionId : undefined;
  if (request.Description !== undefined) secret.description = request.Description;
  if (request.KmsKeyId !== undefined) secret.kmsKeyId = request.KmsKeyId;
  secret.changedAtMs = secrets.now();
  return { ARN: secret.arn, Name: secret.name, VersionId };
}

/** Marks a secret for deletion in 7 to 30 days, or deletes it at once. By force, a secret that is not there is success. */
export function deleteSecret(secrets: SecretCollection, request: z.infer<typeof schemas.deleteSecretSchema>): object {
  const { SecretId, ForceDeleteWithoutRecovery: force = false, RecoveryWindowInDays: days } = request;
  const nowMs = secrets.now();
  if (force && days !== undefined) {
    throw new SecretsManagerFault(
      "InvalidParameterException",
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days !== undefined && (days < 7 || days > 30)) {
    throw new SecretsManagerFault(
      "InvalidParameterException",
      "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
    );
  }
  const there = secrets.all().find((secret) => isNamed(secret, SecretId));
  if (force) {
    if (there !== undefined) secrets.remove(there);
    return { ARN: there?.arn ?? newArn(SecretId), Name: there?.name ?? SecretId, DeletionDate: nowMs / 1000 };
  }
  const secret = secrets.findUsable(SecretId);
  secret.deletion = { markedAtMs: nowMs, dueAtMs: nowMs + (days ?? 30) * dayMs };
  return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deletion.dueAtMs / 1000 };
}

/** Takes the mark for deletion away; a secret without one stays as it is. */
export function restoreSecret(secrets: SecretCollection, request: z.infer<typeof schemas.secretIdSchema>): object {
  const secret = secrets.find(request.SecretId);
  delete secret.deletion;
  return { ARN: secret.arn, Name: secret.name };
}

/** Sets tags by their keys, keeping the others. */
export function tagResource(secrets: SecretCollection, request: z.infer<typeof schemas.tagResourceSchema>): object {
  const secret = secrets.findUsable(request.SecretId);
  const replaced = new Set(request.Tags.map(({ Key }) => Key));
  secret.tags = [...secret.tags.filter(({ Key }) => !replaced.has(Key)), ...request.Tags];
  return {};
}

function hasValue(request: { SecretString?: string | undefined; SecretBinary?: string | undefined }): boolean {
  return request.SecretString !== undefined || request.SecretBinary !== undefined;
}

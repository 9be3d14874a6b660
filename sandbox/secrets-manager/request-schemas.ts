import * as z from "zod";

// Members of the real service that the local run does not need (AddReplicaRegions, …) are ignored.
const secretId = z.string().min(1).max(2048);
const value = { SecretString: z.string().optional(), SecretBinary: z.string().optional() };
const token = { ClientRequestToken: z.string().min(1).max(64).optional() };
const described = { Description: z.string().max(2048).optional(), KmsKeyId: z.string().optional() };
const tags = z.array(z.object({ Key: z.string().min(1), Value: z.string() }));

export const createSecretSchema = z.object({
  Name: z.string().regex(/^[\w/+=.@!-]{1,512}$/),
  Tags: tags.optional(),
  ...value,
  ...token,
  ...described,
});
export const getSecretValueSchema = z.object({
  SecretId: secretId,
  VersionId: z.string().optional(),
  VersionStage: z.string().optional(),
});
export const putSecretValueSchema = z.object({
  SecretId: secretId,
  VersionStages: z.array(z.string().min(1)).min(1).max(20).optional(),
  ...value,
  ...token,
});
export const updateSecretSchema = z.object({ SecretId: secretId, ...value, ...token, ...described });
export const secretIdSchema = z.object({ SecretId: secretId });
export const deleteSecretSchema = z.object({
  SecretId: secretId,
  ForceDeleteWithoutRecovery: z.boolean().optional(),
  RecoveryWindowInDays: z.int().optional(),
});
export const tagResourceSchema = z.object({ SecretId: secretId, Tags: tags });
export const listSecretsSchema = z.object({
  MaxResults: z.int().min(1).max(100).optional(),
  NextToken: z.string().optional(),
  SortOrder: z.enum(["asc", "desc"]).optional(),
  IncludePlannedDeletion: z.boolean().optional(),
  Filters: z
    .array(
      z.object({ Key: z.enum(["name", "description", "tag-key", "tag-value"]), Values: z.array(z.string()).min(1) }),
    )
    .optional(),
});

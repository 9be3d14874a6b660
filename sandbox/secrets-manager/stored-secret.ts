import { randomBytes } from "node:crypto";
import * as z from "zod";

const versionSchema = z.strictObject({
  versionId: z.string(),
  createdAtMs: z.number(),
  stages: z.array(z.string()),
  secretString: z.string().optional(),
  secretBinary: z.string().optional(), // Base64, as the API carries it.
});

const secretSchema = z.strictObject({
  arn: z.string(),
  name: z.string(),
  description: z.string().optional(),
  kmsKeyId: z.string().optional(),
  tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })),
  createdAtMs: z.number(),
  changedAtMs: z.number(),
  /** When the secret was marked for deletion, and when it will be gone. */
  deletion: z.strictObject({ markedAtMs: z.number(), dueAtMs: z.number() }).optional(),
  versions: z.array(versionSchema),
});

/** The file that holds everything. */
export const secretsFileSchema = z.strictObject({ secrets: z.array(secretSchema) });

export type SecretVersion = z.infer<typeof versionSchema>;
export type StoredSecret = z.infer<typeof secretSchema>;

const arnPrefix = "arn:aws:secretsmanager:us-east-1:000000000000:secret:";

/** An ARN like the service's own: the name, then a dash and six random letters or digits. */
export function newArn(name: string): string {
  const suffix = Array.from(randomBytes(6), (byte) => (byte % 36).toString(36)).join("");
  return `${arnPrefix}${name}-${suffix}`;
}

/** Whether a request's SecretId means this secret: by its name, its ARN, or its ARN without the random suffix. */
export function isNamed(secret: StoredSecret, secretId: string): boolean {
  return secretId === secret.name || secretId === secret.arn || secretId === arnPrefix + secret.name;
}

/** The stages of each version that has any, as DescribeSecret and ListSecrets show them. */
export function stagesByVersion(secret: StoredSecret): Record<string, string[]> {
  const labelled = secret.versions.filter(({ stages }) => stages.length > 0);
  return Object.fromEntries(labelled.map(({ versionId, stages }) => [versionId, stages]));
}

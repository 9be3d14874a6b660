import type * as z from "zod";
import { describeSecret, getSecretValue, listSecrets } from "./read-operations.ts";
import * as schemas from "./request-schemas.ts";
import type { SecretCollection } from "./secret-collection.ts";
import { SecretsManagerFault } from "./secrets-manager-fault.ts";
import * as write from "./write-operations.ts";

/** An operation of the API. If `changes` is true, the secrets are saved afterwards. */
export type Operation = { changes: boolean; run(secrets: SecretCollection, request: unknown): object };

function operation<Request>(
  changes: boolean,
  schema: z.ZodType<Request>,
  run: (secrets: SecretCollection, request: Request) => object,
): Operation {
  return { changes, run: (secrets, request) => run(secrets, parse(schema, request)) };
}

function parse<Request>(schema: z.ZodType<Request>, request: unknown): Request {
  const read = schema.safeParse(request);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => `Value at '${path.join(".")}': ${message}`);
  throw new SecretsManagerFault(
    "ValidationException",
    `${faults.length} validation error${faults.length === 1 ? "" : "s"} detected: ${faults.join("; ")}`,
  );
}

/** The operations by the name that `X-Amz-Target` has after `secretsmanager.`. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ["CreateSecret", operation(true, schemas.createSecretSchema, write.createSecret)],
  ["PutSecretValue", operation(true, schemas.putSecretValueSchema, write.putSecretValue)],
  ["UpdateSecret", operation(true, schemas.updateSecretSchema, write.updateSecret)],
  ["DeleteSecret", operation(true, schemas.deleteSecretSchema, write.deleteSecret)],
  ["RestoreSecret", operation(true, schemas.secretIdSchema, write.restoreSecret)],
  ["TagResource", operation(true, schemas.tagResourceSchema, write.tagResource)],
  ["GetSecretValue", operation(false, schemas.getSecretValueSchema, getSecretValue)],
  ["DescribeSecret", operation(false, schemas.secretIdSchema, describeSecret)],
  ["ListSecrets", operation(false, schemas.listSecretsSchema, listSecrets)],
]);

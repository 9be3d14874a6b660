import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { UnavailableError } from "../refund/unavailable.ts";

/**
 * The JSON that a secret holds; undefined where there is no such secret, or where it holds no JSON.
 * @throws {UnavailableError} SECRETS_UNAVAILABLE when it cannot be told
 */
export async function readSecret(client: SecretsManagerClient, secretId: string): Promise<unknown> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return parseJson(SecretString);
  } catch (error) {
    if (error instanceof ResourceNotFoundException || isMarkedForDeletion(error)) return undefined;
    throw new UnavailableError("SECRETS_UNAVAILABLE", { cause: error });
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

function isMarkedForDeletion(error: unknown): boolean {
  return error instanceof Error && error.name === "InvalidRequestException";
}

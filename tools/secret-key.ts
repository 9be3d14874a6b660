import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { platformSecretName } from "../shared/names.ts";

/**
 * What a new secret of a stage is encrypted with: the key of the stage's platform secret; nothing where that has AWS's own.
 * `prefix` is what the names of the stage's secrets of a kind begin with.
 */
export async function keyOfStage(
  client: SecretsManagerClient,
  prefix: string,
): Promise<{ readonly KmsKeyId?: string }> {
  const [, stage = ""] = prefix.split("/");
  try {
    const { KmsKeyId } = await client.send(new DescribeSecretCommand({ SecretId: platformSecretName(stage) }));
    return KmsKeyId === undefined ? {} : { KmsKeyId };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return {};
    throw error;
  }
}

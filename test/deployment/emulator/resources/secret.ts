import { randomInt } from "node:crypto";
import { CreateSecretCommand, DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import { resourceKind, unchanged } from "../resource-kind.ts";

const lettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const generatedLength = 32;

/** A secret with a generated member; taken away, it can be restored for as long as AWS has it by default. */
export const secret = resourceKind(
  z.strictObject({
    Name: z.string(),
    Description: z.string().optional(),
    GenerateSecretString: z.strictObject({
      SecretStringTemplate: z.string(),
      GenerateStringKey: z.string(),
      ExcludePunctuation: z.literal(true),
    }),
  }),
  async ({ Name, Description, GenerateSecretString }, { account: { secretsManager } }) => {
    const { SecretStringTemplate, GenerateStringKey } = GenerateSecretString;
    const SecretString = JSON.stringify({ ...JSON.parse(SecretStringTemplate), [GenerateStringKey]: generated() });
    const { ARN = "" } = await secretsManager.send(new CreateSecretCommand({ Name, Description, SecretString }));
    return {
      ref: ARN,
      attributes: { Id: ARN },
      async remove() {
        await secretsManager.send(new DeleteSecretCommand({ SecretId: ARN }));
      },
    };
  },
  unchanged,
);

function generated(): string {
  return Array.from({ length: generatedLength }, () => lettersAndDigits[randomInt(lettersAndDigits.length)]).join("");
}

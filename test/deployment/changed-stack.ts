import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { refundKey } from "../../shared/aws/keys.ts";
import type { KeyPair } from "../../shared/chinaums/auth/key-pair.ts";
import { partnerSecretPrefix, platformSecretName } from "../../shared/names.ts";
import { addPartner } from "../../tools/partner-secrets.ts";
import { makeDue } from "../support/make-due.ts";
import { createPartner } from "../support/partner.ts";
import type { Emulator } from "./emulator/start-emulator.ts";

/** A template that may be changed. */
export type Draft = { readonly Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> };
export type Statement = {
  Action: string | string[];
  Resource: unknown;
  Condition?: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": string[] } };
};

const mid = "898310148160568";
const identityOf = (merOrderId: string) => ({ mid, instMid: "APPDEFAULT", merOrderId });
let stages = 0;

/** Makes a stack from a template again, as a stage of its own and with one change. */
export async function createChangedStack(
  { account, cloudFormation }: Emulator,
  deployed: { readonly stage: string; readonly templateText: string },
  platform: KeyPair,
  change: (draft: Draft) => void,
) {
  const stage = `changed-${++stages}`;
  const draft = JSON.parse(deployed.templateText.replaceAll(deployed.stage, stage)) as Draft;
  change(draft);
  const refusedBefore = account.iam.refusals.length;
  const stack = await cloudFormation.create(`RefundStatus-${stage}`, JSON.stringify(draft));
  const output = (name: string) => String(stack.outputs.find(({ OutputKey }) => OutputKey === name)?.OutputValue);
  return {
    stack,
    url: () => output("ApiUrl"),
    refusals: () => account.iam.refusals.slice(refusedBefore),
    /** Events that were given up. */
    deadLetters: () =>
      stack.resourcesOf("AWS::SQS::Queue").flatMap(({ attributes }) => account.queues.messages(attributes?.Arn ?? "")),
    functions: () => stack.resourcesOf("AWS::Lambda::Function").map(({ ref }) => account.lambda.find(ref)),
    /** What an operator does after a deployment. */
    async open() {
      const client = account.secretsManager;
      const SecretString = JSON.stringify(platform);
      await client.send(new PutSecretValueCommand({ SecretId: platformSecretName(stage), SecretString }));
      const { appId, appKeys } = await addPartner({ client, prefix: partnerSecretPrefix(stage) }, "acme", [mid]);
      return createPartner(output("ApiUrl"), { appId, appKey: appKeys[0] ?? "" }, mid);
    },
    makeDue: (merOrderId: string) => makeDue(account.dynamoDb, output("TableName"), identityOf(merOrderId)),
    /** The state on record. A request would tell it too, but may ask ChinaUMS anew when an answer is no longer recent. */
    async stateOf(merOrderId: string): Promise<string | undefined> {
      const Key = refundKey(identityOf(merOrderId));
      const read = new GetItemCommand({ TableName: output("TableName"), Key, ConsistentRead: true });
      return (await account.dynamoDb.send(read)).Item?.state?.S;
    },
  };
}

/** What the policies of the role whose logical id begins so say. */
export function statementsOf({ Resources }: Draft, role: string): Statement[] {
  return Object.entries(Resources)
    .filter(([id, { Type }]) => Type === "AWS::IAM::Policy" && id.startsWith(role))
    .flatMap(([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
}

/** Takes a right away from a role. */
export function without(role: string, action: string): (draft: Draft) => void {
  return (draft) => {
    for (const statement of statementsOf(draft, role)) {
      statement.Action = [statement.Action].flat().filter((other) => other !== action);
    }
  };
}

/** The resources of a type. */
export function resourcesOfType({ Resources }: Draft, type: string): Draft["Resources"][string][] {
  return Object.values(Resources).filter(({ Type }) => Type === type);
}

/** The logical id of the one resource of a type. */
export function resourceIdOf({ Resources }: Draft, type: string): string {
  return Object.keys(Resources).find((id) => Resources[id]?.Type === type) ?? "";
}

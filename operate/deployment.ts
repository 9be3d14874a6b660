import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type Command, Option } from "commander";
import { defaultStage, partnerSecretPrefix, stackName, webhookSecretPrefix } from "../shared/names.ts";
import { type IsLoopbackAllowed, noLoopback, readLoopbackOrigins } from "../shared/webhook/loopback-origins.ts";
import { localDynamoDb, localSecretsManager, localStage, patientHandler } from "../tools/local-aws.ts";
import type { PartnerSecrets } from "../tools/partner-secrets.ts";
import { type Ready, readReady } from "../tools/ready.ts";
import type { WebhookSecrets } from "../tools/webhook-secrets.ts";

/** Which deployment a command is for: the local run in `data` if nothing else is named. */
export type Deployment = {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  /** A table by its name, as where it was restored beside the stack. */
  readonly table?: string | undefined;
  readonly data: string;
};

/** The table of a deployment, and a client for it. */
export type DeployedTable = { readonly client: DynamoDBClient; readonly table: string };

/** Adds the options by which a command is told which deployed stage it is for. */
export function addStageOptions(command: Command): Command {
  return command
    .option("--stage <name>", "a deployed stage, with your ordinary AWS credentials")
    .option("--region <region>", "its AWS region")
    .option("--profile <name>", "a profile of the AWS CLI");
}

/** Refuses `--data` where a command is for deployed stages alone, with what is to be done instead. */
export function refuseLocalRun(command: Command): Command {
  const why =
    "a local run is not deployed: npm start starts it, with the code as it is now. Name a deployed stage by --stage";
  return command
    .addOption(new Option("--data <folder>", "refused, because a local run is not deployed").hideHelp())
    .on("option:data", () => command.error(why));
}

/** Adds the options by which a command is told which deployment it is for, the local run included. */
export function addDeploymentOptions(command: Command): Command {
  const data = new Option("--data <folder>", "the local run that has its data there").default(".sandbox");
  return addStageOptions(command.addOption(data.conflicts(["stage", "region", "profile", "table"])));
}

/** The option that names a table by itself. */
export function tableOption(): Option {
  return new Option("--table <name>", "a table by its name, in place of the stage's own");
}

/**
 * The partners' secrets of a deployment.
 * @throws an Error with one plain sentence if no local run is ready
 */
export function partnerSecretsOf(deployment: Deployment): PartnerSecrets {
  return secretsOf(deployment, partnerSecretPrefix);
}

/** The secrets of the partners' webhooks. @throws as `partnerSecretsOf` does */
export function webhookSecretsOf(deployment: Deployment): WebhookSecrets {
  return secretsOf(deployment, webhookSecretPrefix);
}

/** The table of a deployment. @throws an Error with one plain sentence if there is none */
export async function tableOf(deployment: Deployment): Promise<DeployedTable> {
  if (isLocal(deployment)) {
    const { endpoint, table } = localRun(deployment.data).dynamodb;
    return { client: localDynamoDb(endpoint), table };
  }
  const table = deployment.table ?? (await tableOfStack(deployment));
  return { client: new DynamoDBClient({ ...awsOptions(deployment), requestHandler: patientHandler }), table };
}

/** The origins of this machine that webhooks of a deployment may lead to: none, but for the local run. */
export function loopbackOriginsOf(deployment: Deployment): IsLoopbackAllowed {
  return isLocal(deployment) ? readLoopbackOrigins(localRun(deployment.data).webhookLoopback) : noLoopback;
}

export function isLocal({ stage, region, profile, table }: Deployment): boolean {
  return [stage, region, profile, table].every((option) => option === undefined);
}

/** What a client of AWS is made with for a deployed stage. */
export function awsOptions({ region, profile }: Pick<Deployment, "region" | "profile">) {
  return { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
}

/** What the local run in that folder has written. @throws an Error with one plain sentence if none is ready */
export function localRun(data: string): Ready {
  try {
    return readReady(data);
  } catch (cause) {
    throw new Error(`${(cause as Error).message}, or name a deployed one with --stage`, { cause });
  }
}

function secretsOf(deployment: Deployment, prefixOf: (stage: string) => string) {
  const { stage, data } = deployment;
  if (isLocal(deployment)) {
    return { client: localSecretsManager(localRun(data).secretsManager.endpoint), prefix: prefixOf(localStage) };
  }
  return { client: new SecretsManagerClient(awsOptions(deployment)), prefix: prefixOf(stage ?? defaultStage) };
}

async function tableOfStack(deployment: Deployment): Promise<string> {
  const StackName = stackName(deployment.stage ?? defaultStage);
  const client = new CloudFormationClient(awsOptions(deployment));
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  const table = stack?.Outputs?.find(({ OutputKey }) => OutputKey === "TableName")?.OutputValue;
  if (table === undefined) throw new Error(`the stack ${StackName} names no table; deploy it first`);
  return table;
}

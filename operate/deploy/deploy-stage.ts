import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SNSClient } from "@aws-sdk/client-sns";
import { defaultStage, stackName } from "../../shared/names.ts";
import type { CommandIo } from "../../tools/command-line.ts";
import { Refused } from "../../tools/partner-secrets.ts";
import { isConfirmed } from "../confirm.ts";
import { awsOptions } from "../deployment.ts";
import { hasSubscriber, subscribeCommand } from "./alarm-subscribers.ts";
import { createCdk, root } from "./cdk.ts";
import { readConcurrencyQuota, whyNotReserved } from "./concurrency-quota.ts";
import { type DeployedStack, readDeployedStack } from "./deployed-stack.ts";
import { checkGivenSettings } from "./given-settings.ts";
import { type DeployedTemplate, lostResources } from "./lost-resources.ts";

export type DeployOptions = {
  readonly stage: string;
  readonly region?: string;
  readonly profile?: string;
  readonly yes?: boolean;
  /** Settings of this deployment alone. */
  readonly given: Readonly<Record<string, string>>;
};

/** Deploys a stage. @throws an Error with a sentence where it must not be, or cannot be */
export async function deploy(options: DeployOptions, io: CommandIo): Promise<void> {
  const { stage, given, yes } = options;
  checkGivenSettings(stage, given);
  const connection = awsOptions(options);
  const readDeployed = () => readDeployedStack(new CloudFormationClient(connection), stackName(stage));
  // Before a synthesis of a minute, so that what is wrong with the credentials or with the stack as it is is said at once.
  const deployed = await readDeployed();
  const untold = await topicOfNobody(new SNSClient(connection), stage, deployed);
  if (untold !== undefined) {
    throw new Refused(
      `Nobody is told of the alarms of ${stage}. Subscribe somebody, and confirm it:\n  ${subscribeCommand(untold)}`,
    );
  }
  const assembly = join(root, ".build", `deploy-${stage}`);
  const cdk = createCdk(options);
  const settings = [`stage=${stage}`, ...Object.entries(given).map(([name, value]) => `${name}=${value}`)];
  cdk("synth", "RefundStatus", "--quiet", "--output", assembly, ...settings.flatMap((one) => ["--context", one]));
  cdk("diff", "RefundStatus", "--app", assembly);
  for (const name of Object.keys(given)) {
    io.stdout.write(`${name} is for this deployment only; settings/${stage}.json keeps a setting.\n`);
  }
  const next = JSON.parse(readFileSync(join(assembly, "RefundStatus.template.json"), "utf8")) as DeployedTemplate;
  await checkQuota(new LambdaClient(connection), deployed, next);
  if (deployed !== undefined) await confirmLosses(deployed, next, io);
  cdk("deploy", "RefundStatus", "--app", assembly, "--require-approval", yes ? "never" : "any-change");
  const topic = await topicOfNobody(new SNSClient(connection), stage, await readDeployed());
  if (topic === undefined) return;
  io.stdout.write(
    `Nobody is told of the alarms yet. The next deployment wants a subscriber:\n  ${subscribeCommand(topic)}\n`,
  );
}

/**
 * The topic of alarms about real money, as long as they reach nobody. A stage that is not there yet has no topic, so its first
 * deployment goes on.
 */
async function topicOfNobody(
  client: SNSClient,
  stage: string,
  deployed: DeployedStack | undefined,
): Promise<string | undefined> {
  const topicArn = deployed?.outputs.AlarmTopicArn;
  if (stage !== defaultStage || topicArn === undefined) return undefined;
  return (await hasSubscriber(client, topicArn)) ? undefined : topicArn;
}

/** Asks about each table, secret, address or name that the stack would lose, by its name in the account. */
async function confirmLosses(deployed: DeployedStack, next: DeployedTemplate, io: CommandIo): Promise<void> {
  const lost = await Promise.all(
    lostResources(deployed.template, next).map(async ({ logicalId, what, how, isKept }) => {
      const fate = isKept ? "It stays in the account." : "It is deleted.";
      return `  ${what} ${await deployed.nameOf(logicalId)}: ${how}. ${fate}\n`;
    }),
  );
  if (lost.length === 0) return;
  if (await isConfirmed(io, `This deployment takes from the stack:\n${lost.join("")}`)) return;
  throw new Refused("Nothing was deployed.");
}

/** Before the deployment would fail half way. */
async function checkQuota(
  client: LambdaClient,
  deployed: DeployedStack | undefined,
  next: DeployedTemplate,
): Promise<void> {
  if (!/"ReservedConcurrentExecutions"/.test(JSON.stringify(next))) return;
  const problem = whyNotReserved(await readConcurrencyQuota(client), deployed?.template ?? {}, next);
  if (problem !== undefined) throw new Refused(problem);
}

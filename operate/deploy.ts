/** `npm run deploy`: bundles and synthesizes, shows what would change, asks about what cannot be undone, and deploys. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SNSClient } from "@aws-sdk/client-sns";
import { defaultStage, stackName } from "../shared/names.ts";
import { fail } from "../tools/fail.ts";
import { hasSubscriber, subscribeCommand } from "./deploy/alarm-subscribers.ts";
import { readConcurrencyQuota, whyNotReserved } from "./deploy/concurrency-quota.ts";
import { isConfirmed } from "./deploy/confirm.ts";
import { type DeployedStack, readDeployedStack } from "./deploy/deployed-stack.ts";
import { checkGivenSettings, readGivenSettings } from "./deploy/given-settings.ts";
import { type DeployedTemplate, lostResources } from "./deploy/lost-resources.ts";

const usage = `npm run deploy -- --stage NAME [--region REGION] [--profile NAME]
    [-c setting=value …]   replaces a setting of settings/NAME.json for this deployment only
    [--yes]                asks only about what cannot be undone`;

function readOptions() {
  try {
    const text = { type: "string" } as const;
    const options = {
      stage: text,
      region: text,
      profile: text,
      context: { type: "string", short: "c", multiple: true, default: [] as string[] },
      yes: { type: "boolean", default: false },
    } as const;
    const { context, ...others } = parseArgs({ options }).values;
    return { ...others, given: readGivenSettings(context) };
  } catch (error) {
    return fail(`${messageOf(error)}\n${usage}`);
  }
}

const { stage = fail(`--stage: required\n${usage}`), region, profile, given, yes } = readOptions();
try {
  checkGivenSettings(stage, given);
} catch (error) {
  fail(messageOf(error));
}

const root = join(import.meta.dirname, "..");
const assembly = join(root, ".build", `deploy-${stage}`);
const connection = { ...(region && { region }), ...(profile && { profile }) };
const environment = region === undefined ? process.env : { ...process.env, AWS_REGION: region };

function cdk(...args: string[]): void {
  const withProfile = profile === undefined ? args : [...args, "--profile", profile];
  const { status, error } = spawnSync(join(root, "node_modules/.bin/cdk"), withProfile, {
    cwd: root,
    env: environment,
    stdio: "inherit",
  });
  if (error) fail(error.message);
  if (status !== 0) process.exit(status ?? 1);
}

/** The template that is about to be deployed. */
function next(): DeployedTemplate {
  return JSON.parse(readFileSync(join(assembly, "RefundStatus.template.json"), "utf8")) as DeployedTemplate;
}

/** Alarms of real money must reach somebody. A stage that is not there yet has no topic, so its first deployment goes on. */
async function requireSubscriber(deployed: DeployedStack): Promise<void> {
  const topicArn = deployed.outputs.AlarmTopicArn;
  if (stage !== defaultStage || topicArn === undefined) return;
  if (await hasSubscriber(new SNSClient(connection), topicArn)) return;
  fail(
    `Nobody is told of the alarms of ${stage}. Subscribe somebody, and confirm it:\n  ${subscribeCommand(topicArn)}`,
  );
}

/** Asks about each table, secret, address or name that the stack would lose, by its name in the account. */
async function confirmLosses(deployed: DeployedStack): Promise<void> {
  const lost = await Promise.all(
    lostResources(deployed.template, next()).map(async ({ logicalId, what, how, isKept }) => {
      const fate = isKept ? "It stays in the account." : "It is deleted.";
      return `  ${what} ${await deployed.nameOf(logicalId)}: ${how}. ${fate}\n`;
    }),
  );
  if (lost.length === 0) return;
  if (await isConfirmed(`This deployment takes from the stack:\n${lost.join("")}`)) return;
  fail("Nothing was deployed.");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** After the first deployment, while nobody has subscribed. */
async function remindOfSubscriber(): Promise<void> {
  const deployed = await readDeployedStack(new CloudFormationClient(connection), stackName(stage));
  const topicArn = deployed?.outputs.AlarmTopicArn;
  if (stage !== defaultStage || topicArn === undefined) return;
  if (await hasSubscriber(new SNSClient(connection), topicArn)) return;
  process.stdout.write(
    `Nobody is told of the alarms yet. The next deployment wants a subscriber:\n  ${subscribeCommand(topicArn)}\n`,
  );
}

async function checkDeployed(): Promise<void> {
  const deployed = await readDeployedStack(new CloudFormationClient(connection), stackName(stage));
  await checkQuota(deployed);
  if (deployed === undefined) return;
  await requireSubscriber(deployed);
  await confirmLosses(deployed);
}

/** Before the deployment would fail half way. */
async function checkQuota(deployed: DeployedStack | undefined): Promise<void> {
  if (!/"ReservedConcurrentExecutions"/.test(JSON.stringify(next()))) return;
  const quota = await readConcurrencyQuota(new LambdaClient(connection));
  const problem = whyNotReserved(quota, deployed?.template ?? {}, next());
  if (problem !== undefined) fail(problem);
}

const settings = [`stage=${stage}`, ...Object.entries(given).map(([name, value]) => `${name}=${value}`)];
cdk("synth", "RefundStatus", "--quiet", "--output", assembly, ...settings.flatMap((one) => ["--context", one]));
cdk("diff", "RefundStatus", "--app", assembly);
for (const name of Object.keys(given)) {
  process.stdout.write(`${name} is for this deployment only; settings/${stage}.json keeps a setting.\n`);
}
await checkDeployed().catch((error: unknown) => fail(messageOf(error)));
cdk("deploy", "RefundStatus", "--app", assembly, "--require-approval", yes ? "never" : "any-change");
await remindOfSubscriber().catch((error: unknown) => fail(messageOf(error)));

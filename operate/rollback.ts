/** `npm run rollback`: moves the functions back to the version before the last deployment, within seconds. */

import { parseArgs } from "node:util";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { stackName } from "../shared/names.ts";
import { fail } from "../tools/fail.ts";
import { readDeployedStack } from "./deploy/deployed-stack.ts";
import { rollBackFunction } from "./deploy/roll-back-function.ts";

const usage = `npm run rollback -- --stage NAME [--region REGION] [--profile NAME]
    the code and the environment of each function go back to what they were before the last deployment`;

function readOptions() {
  try {
    const text = { type: "string" } as const;
    return parseArgs({ options: { stage: text, region: text, profile: text } }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

const { stage = fail(`--stage: required\n${usage}`), region, profile } = readOptions();
const connection = { ...(region && { region }), ...(profile && { profile }) };

async function rollBack(): Promise<void> {
  const name = stackName(stage);
  const deployed = await readDeployedStack(new CloudFormationClient(connection), name);
  if (deployed === undefined) return fail(`there is no stack ${name}`);
  const { changedAt } = deployed;
  if (changedAt === undefined) return fail(`${name} was deployed once, so there is nothing to go back to`);
  const functions = Object.values(deployed.template.Resources ?? {})
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .map(({ Properties }) => String(Properties?.FunctionName));
  const lambda = new LambdaClient(connection);
  const moved = await Promise.all(functions.map((one) => rollBackFunction({ lambda, name: one, changedAt })));
  for (const { name, from, to } of moved) {
    process.stdout.write(`${name}: ${to === undefined ? `stays at version ${from}` : `version ${from} → ${to}`}\n`);
  }
  if (moved.every(({ to }) => to === undefined))
    fail("The last deployment changed no function, or was rolled back already.");
}

await rollBack().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));

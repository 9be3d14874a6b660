import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { stackName } from "../../shared/names.ts";
import { type CommandIo, createProgram, type RunCommandLine, required, runProgram } from "../../tools/command-line.ts";
import { Refused } from "../../tools/partner-secrets.ts";
import { addStageOptions, awsOptions, refuseLocalRun } from "../deployment.ts";
import { readDeployedStack } from "./deployed-stack.ts";
import { rollBackFunction } from "./roll-back-function.ts";

type RollbackOptions = { readonly stage: string; readonly region?: string; readonly profile?: string };

const examples = ["npm run rollback -- --stage prod --region eu-west-1"];

/** `npm run rollback -- …`. */
export const runRollback: RunCommandLine = async (args, io) => {
  const program = required(
    refuseLocalRun(addStageOptions(createProgram("npm run rollback --", io, examples))),
    "--stage",
  )
    .description("Takes the code and the environment of each function back to before the last deployment.")
    .action((options: RollbackOptions) => rollBack(options, io));
  await runProgram(program, args, io);
};

async function rollBack(options: RollbackOptions, io: CommandIo): Promise<void> {
  const connection = awsOptions(options);
  const name = stackName(options.stage);
  const deployed = await readDeployedStack(new CloudFormationClient(connection), name);
  if (deployed === undefined) throw new Refused(`there is no stack ${name}; see --stage, --region and --profile`);
  const { changedAt } = deployed;
  if (changedAt === undefined) throw new Refused(`${name} was deployed once, so there is nothing to go back to`);
  const functions = Object.values(deployed.template.Resources ?? {})
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .map(({ Properties }) => String(Properties?.FunctionName));
  const lambda = new LambdaClient(connection);
  const moved = await Promise.all(functions.map((one) => rollBackFunction({ lambda, name: one, changedAt })));
  for (const { name, from, to } of moved) {
    io.stdout.write(`${name}: ${to === undefined ? `stays at version ${from}` : `version ${from} → ${to}`}\n`);
  }
  if (moved.every(({ to }) => to === undefined))
    throw new Refused("The last deployment changed no function, or was rolled back already.");
}

import { createProgram, type RunCommandLine, required, runProgram } from "../../tools/command-line.ts";
import { addStageOptions, refuseLocalRun } from "../deployment.ts";
import { type DeployOptions, deploy } from "./deploy-stage.ts";
import { readGivenSettings } from "./given-settings.ts";

const examples = [
  "npm run deploy -- --stage prod --region eu-west-1",
  "npm run deploy -- --stage test --profile testing -c throttleRate=20 --yes",
];

type Options = Omit<DeployOptions, "given"> & { readonly context: readonly string[] };

/** `npm run deploy -- …`. */
export const runDeploy: RunCommandLine = async (args, io) => {
  const program = required(refuseLocalRun(addStageOptions(createProgram("npm run deploy --", io, examples))), "--stage")
    .description("Shows what would change in a stage, asks, and deploys it.")
    .option(
      "-c, --context <setting=value>",
      "replaces a setting of settings/NAME.json for this deployment only; can be given several times",
      (setting: string, settings: readonly string[]) => [...settings, setting],
      [],
    )
    .option("--yes", "asks only about what cannot be undone")
    .action(async ({ context, ...options }: Options) => {
      await deploy({ ...options, given: readGivenSettings(context) }, io);
    });
  await runProgram(program, args, io);
};

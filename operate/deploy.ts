/** `npm run deploy`: bundles and synthesizes, shows what would change, and deploys it. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fail } from "../tools/fail.ts";

const usage = `npm run deploy -- --stage NAME [--region REGION] [--profile NAME]
    [-c setting=value …]   replaces a setting of infra/settings.ts
    [--yes]                deploys without asking for confirmation`;

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
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

const { stage, region, profile, context, yes } = readOptions();
if (stage === undefined) fail(`--stage: required\n${usage}`);

const root = join(import.meta.dirname, "..");
const assembly = join(root, ".build", `deploy-${stage}`);
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

const settings = [`stage=${stage}`, ...context].flatMap((setting) => ["--context", setting]);
cdk("synth", "RefundStatus", "--quiet", "--output", assembly, ...settings);
cdk("diff", "RefundStatus", "--app", assembly);
cdk("deploy", "RefundStatus", "--app", assembly, "--require-approval", yes ? "never" : "any-change");

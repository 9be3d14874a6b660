import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Refused } from "../../tools/partner-secrets.ts";

export const root = join(import.meta.dirname, "../..");

/** Runs the CDK's own command line, which says itself what it does. @throws {Refused} if it fails */
export function createCdk({ region, profile }: { readonly region?: string; readonly profile?: string }) {
  const env = region === undefined ? process.env : { ...process.env, AWS_REGION: region };
  return (command: "synth" | "diff" | "deploy", ...args: readonly string[]): void => {
    const all = [command, ...args, ...(profile === undefined ? [] : ["--profile", profile])];
    const { status, error } = spawnSync(join(root, "node_modules/.bin/cdk"), all, { cwd: root, env, stdio: "inherit" });
    if (error) throw error;
    if (status !== 0) throw new Refused(`cdk ${command} failed; what it says is above`);
  };
}

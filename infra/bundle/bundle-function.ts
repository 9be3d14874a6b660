import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import type { DeployedName } from "../../functions/function-envs.ts";

/** The module in the bundle and its export, in the form that Lambda wants. */
export const lambdaHandler = "index.handler";

/**
 * Bundles one function into `outDir`/index.mjs, and returns esbuild's list of what is in it. The local run, the tests, the
 * benchmarks and the deployment all bundle by this function. It runs esbuild in another process, because CDK cannot await
 * and esbuild's synchronous calls have no plugins.
 * @throws {Error} with esbuild's message, including file and line
 */
export function bundleFunction(name: DeployedName, outDir: string): Metafile {
  const output = execFileSync(process.execPath, [join(import.meta.dirname, "bundle-process.ts"), name, outDir], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(output) as Metafile;
}

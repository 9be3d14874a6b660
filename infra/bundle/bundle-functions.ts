import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import type { DeployedName } from "../../functions/function-envs.ts";

/** The module in the bundle and its export, in the form that Lambda wants. */
export const lambdaHandler = "index.handler";

/**
 * Bundles functions, each into `outDir`/name/index.mjs, and returns esbuild's list of what is in them. The local run, the
 * tests, the benchmarks and the deployment all bundle by this function. It runs esbuild in another process, because CDK cannot
 * await and esbuild's synchronous calls have no plugins. One process bundles all, because functions share most of their modules.
 * @throws {Error} with esbuild's message, including file and line
 */
export function bundleFunctions(names: readonly DeployedName[], outDir: string): Metafile {
  const output = execFileSync(process.execPath, [join(import.meta.dirname, "bundle-process.ts"), outDir, ...names], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(output) as Metafile;
}

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Metafile } from "esbuild";

/** The folders below `functions/` that are deployed. */
export const functionNames = ["refund-query", "refund-recheck"] as const;
export type FunctionName = (typeof functionNames)[number];

/** The name of the module in its folder, and of what it exports, as Lambda is told them. */
export const lambdaHandler = "index.handler";

/**
 * Bundles one function into `outDir`/index.mjs, and gives esbuild's account of what is in it: the one definition of how, for
 * the local run, the tests, the benchmarks and the deployment alike. In a process of its own, because CDK cannot wait and
 * esbuild has no plugins where it does not.
 * @throws an Error whose message has what esbuild says, file and line included
 */
export function bundleFunction(name: FunctionName, outDir: string): Metafile {
  const output = execFileSync(process.execPath, [join(import.meta.dirname, "bundle-process.ts"), name, outDir], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(output) as Metafile;
}

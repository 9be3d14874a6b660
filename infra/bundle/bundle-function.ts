import { join } from "node:path";
import { type BuildResult, buildSync } from "esbuild";

const root = join(import.meta.dirname, "../..");

/** The folders below `functions/` that are deployed. */
export const functionNames = ["refund-query", "refund-recheck"] as const;
export type FunctionName = (typeof functionNames)[number];

/** The name of the module in its folder, and of what it exports, as Lambda is told them. */
export const lambdaHandler = "index.handler";

/**
 * Bundles one function into `outDir`/index.mjs: the one definition of how, for the local run, the tests, the benchmarks and
 * the deployment alike. docs/performance.md says what each setting is worth.
 * @throws esbuild's BuildFailure, which names file and line
 */
export function bundleFunction(name: FunctionName, outDir: string): BuildResult<{ metafile: true }> {
  return buildSync({
    absWorkingDir: root,
    entryPoints: [`functions/${name}/index.ts`],
    outfile: join(outDir, "index.mjs"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    minify: true,
    mainFields: ["module", "main"],
    conditions: ["module"],
    alias: {
      "@aws-sdk/credential-provider-node": join(root, "infra/bundle/env-credentials.ts"),
      "node:http": join(root, "infra/bundle/node-http.cjs"),
    },
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    logLevel: "silent",
    metafile: true,
  });
}

import { join } from "node:path";
import { type BuildOptions, type BuildResult, buildSync } from "esbuild";

const root = join(import.meta.dirname, "../..");

/** The folders below `functions/` that are deployed. */
export const functionNames = ["refund-query", "refund-recheck"] as const;
export type FunctionName = (typeof functionNames)[number];

/** The name of the module in its folder, and of what it exports, as Lambda is told them. */
export const lambdaHandler = "index.handler";

/** Modules that a bundle has one of ours in place of; each file says why, and docs/performance.md what it is worth. */
export const inPlaceOf = {
  "@aws-sdk/credential-provider-node": "env-credentials.ts",
  "@aws-sdk/middleware-endpoint-discovery": "no-endpoint-discovery.ts",
  "@aws/lambda-invoke-store": "no-invoke-store.ts",
  "@smithy/core/checksum": "sha256.ts",
  "@smithy/core/config": "env-config.mjs",
  "@smithy/core/event-streams": "no-event-streams.ts",
  "node:http": "node-http.cjs",
} as const;

/** How whatever is deployed is bundled; docs/performance.md says what each setting is worth. */
export const bundleSettings = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  minify: true,
  mainFields: ["module", "main"],
  conditions: ["module"],
  alias: Object.fromEntries(
    Object.entries(inPlaceOf).map(([module, file]) => [module, join(import.meta.dirname, file)]),
  ),
  charset: "utf8",
  legalComments: "none",
  logLevel: "silent",
} as const satisfies BuildOptions;

/**
 * Bundles one function into `outDir`/index.mjs: the one definition of how, for the local run, the tests, the benchmarks and
 * the deployment alike.
 * @throws esbuild's BuildFailure, which names file and line
 */
export function bundleFunction(name: FunctionName, outDir: string): BuildResult<{ metafile: true }> {
  return buildSync({
    ...bundleSettings,
    entryPoints: [`functions/${name}/index.ts`],
    outfile: join(outDir, "index.mjs"),
    sourcemap: "linked",
    sourcesContent: false,
    metafile: true,
  });
}

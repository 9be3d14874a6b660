import { join } from "node:path";
import type { BuildOptions } from "esbuild";
import { slimSdk } from "./slim-sdk.ts";

const root = join(import.meta.dirname, "../..");

/** `false` bundles the SDK as it is published: to see whether a stand-in is what fails with a new version of it. */
const useStandIns: boolean = true;

/**
 * Modules of the SDK and of Node, and the stand-in of ours that a bundle has in place of each. The file says why, and
 * docs/performance.md what it saves.
 */
export const inPlaceOf = {
  "@aws-sdk/credential-provider-node": "env-credentials.ts",
  "@aws-sdk/middleware-endpoint-discovery": "no-endpoint-discovery.ts",
  "@aws/lambda-invoke-store": "no-invoke-store.ts",
  "@smithy/core/config": "env-config.mjs",
  "@smithy/core/event-streams": "no-event-streams.ts",
  "node:http": "node-http.cjs",
} as const;

const aliases = Object.entries(inPlaceOf).map(([module, file]) => [module, join(import.meta.dirname, file)]);

/** How every function is bundled. docs/performance.md says what each setting saves. */
export const bundleSettings = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  minify: true,
  mainFields: ["module", "main"],
  conditions: ["module"],
  alias: useStandIns ? Object.fromEntries(aliases) : {},
  plugins: useStandIns ? [slimSdk(root)] : [],
  charset: "utf8",
  legalComments: "none",
  logLevel: "silent",
} as const satisfies BuildOptions;

import { join } from "node:path";
import type { BuildOptions } from "esbuild";
import { slimSdk } from "./slim-sdk.ts";

const root = join(import.meta.dirname, "../..");

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
  plugins: [slimSdk(root)],
  charset: "utf8",
  legalComments: "none",
  logLevel: "silent",
} as const satisfies BuildOptions;

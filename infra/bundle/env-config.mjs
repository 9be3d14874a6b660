/**
 * In place of @smithy/core/config: settings come from the environment alone. Lambda has no ~/.aws and no instance metadata.
 * Looking for them would cost every cold start two file reads and a thrown error for each setting.
 */
import { memoize } from "../../node_modules/@smithy/core/dist-es/submodules/config/index.js";

// biome-ignore lint/performance/noBarrelFile: what is not replaced below stays the original
export * from "../../node_modules/@smithy/core/dist-es/submodules/config/index.js";

export const NODE_REGION_CONFIG_OPTIONS = {
  environmentVariableSelector: (env) => env.AWS_REGION,
  default: () => {
    throw new Error("AWS_REGION is missing");
  },
};

/** Like the original, but without reading files where the environment says nothing. */
export function loadConfig({ environmentVariableSelector, default: otherwise }, options) {
  return memoize(async () => {
    const value = environmentVariableSelector(process.env, options);
    if (value !== undefined) return value;
    return typeof otherwise === "function" ? await otherwise() : otherwise;
  });
}

/** Like the original, but without `auto`, which would ask the instance metadata for the region. */
export function resolveDefaultsModeConfig({ defaultsMode } = {}) {
  return async () => defaultsMode ?? process.env.AWS_DEFAULTS_MODE ?? "legacy";
}

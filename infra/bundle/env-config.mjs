/**
 * In place of @smithy/core/config: settings come from the environment alone. Lambda has no ~/.aws and no instance metadata,
 * and to look for them costs a thrown error a setting and two file reads in the middle of a cold start.
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

/** As the original, without the files between the environment and the default. */
export function loadConfig({ environmentVariableSelector, default: otherwise }, options) {
  return memoize(async () => {
    const value = environmentVariableSelector(process.env, options);
    if (value !== undefined) return value;
    return typeof otherwise === "function" ? await otherwise() : otherwise;
  });
}

/** As the original, without `auto`, which would ask the instance metadata where it runs. */
export function resolveDefaultsModeConfig({ defaultsMode } = {}) {
  return async () => defaultsMode ?? process.env.AWS_DEFAULTS_MODE ?? "legacy";
}

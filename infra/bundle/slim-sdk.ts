import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";

const packageJson = /@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/;
const partitions = /@aws-sdk[\\/]core[\\/].*[\\/]partitions\.js$/;
const regionWithNameOnly = /"[a-z]+(-[a-z]+)+-\d": \{\s*"description": ".*"\s*\},?/g;
const errorRegistry = /@aws-sdk[\\/]client-[\w-]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/;

/**
 * Modules that nothing here reaches, with what is left of them: the headers of streamed requests, SHA-256 without Node's own,
 * adaptive retries, which no setting of ours turns on, the names of buckets, the bindings of REST and hosts with a prefix, which
 * no operation of ours has, and the log of a client, which has no logger.
 */
const unreached = [
  {
    filter: /@smithy[\\/]signature-v4[\\/]dist-es[\\/]HeaderFormatter\.js$/,
    contents: "export class HeaderFormatter {}",
  },
  { filter: /@smithy[\\/]core[\\/].*[\\/]Sha256Js\.js$/, contents: "export class Sha256Js {}" },
  { filter: /@smithy[\\/]core[\\/].*[\\/]DefaultRateLimiter\.js$/, contents: "export class DefaultRateLimiter {}" },
  {
    filter: /@smithy[\\/]core[\\/].*[\\/]AdaptiveRetryStrategy\.js$/,
    contents: "export class AdaptiveRetryStrategy {}",
  },
  {
    filter: /@smithy[\\/]core[\\/].*[\\/]service-customizations[\\/]s3\.js$/,
    contents: `export const resolveParamsForS3 = async (endpointParams) => endpointParams;
      export const DOT_PATTERN = undefined, S3_HOSTNAME_PATTERN = undefined;
      export const isDnsCompatibleBucketName = undefined, isArnBucketName = undefined;`,
  },
  {
    filter: /@smithy[\\/]core[\\/].*[\\/]HttpBindingNormalizedSchema\.js$/,
    contents: "export class HttpBindingNormalizedSchema {}\nexport const getHttpOperationBindings = () => [];",
  },
  {
    filter: /@aws-sdk[\\/]core[\\/].*[\\/]loggerMiddleware\.js$/,
    contents: `export const getLoggerPlugin = () => ({ applyToStack() {} });
      export const loggerMiddleware = undefined, loggerMiddlewareOptions = undefined;`,
  },
];

/**
 * Removes from the AWS clients what esbuild cannot recognize as unused.
 * - A client includes its whole package.json to read its version.
 * - Every region comes with its name for people, and nothing else. A region that is not listed is known by its partition's pattern.
 * - A client registers a class for every error of its service. Only the errors that the sources below `root` name are kept.
 *   Any other error is a DynamoDBServiceException with the error's name, and the SDK retries it by that name.
 */
export function slimSdk(root: string): Plugin {
  return {
    name: "slim-sdk",
    setup({ onLoad }) {
      const named = namesOfErrorsIn(root);
      onLoad({ filter: packageJson }, ({ path }) => {
        const { version } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
        return { contents: JSON.stringify({ version }), loader: "json" };
      });
      onLoad({ filter: partitions }, ({ path }) => {
        const contents = readFileSync(path, "utf8")
          .replace(regionWithNameOnly, "")
          .replace(/^\s*"description": ".*"$/gm, "");
        return { contents, loader: "js" };
      });
      for (const { filter, contents } of unreached) onLoad({ filter }, () => ({ contents, loader: "js" }));
      onLoad({ filter: errorRegistry }, ({ path }) => {
        const contents = readFileSync(path, "utf8").replace(
          /^n0_registry\.registerError\(\w+\$, (\w+)\);$/gm,
          (line, name: string) => (named.has(name) ? line : ""),
        );
        return { contents, loader: "js" };
      });
    },
  };
}

function namesOfErrorsIn(root: string): ReadonlySet<string> {
  const sources = globSync(["functions/**/*.ts", "shared/**/*.ts"], { cwd: root });
  const texts = sources.map((source) => readFileSync(join(root, source), "utf8"));
  return new Set(texts.flatMap((text) => text.match(/\b[A-Z]\w*(Exception|Error|Exceeded)\b/g) ?? []));
}

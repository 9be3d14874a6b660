import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";

const packageJson = /@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/;
const errorRegistry = /@aws-sdk[\\/]client-[\w-]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/;

/**
 * Takes out of the AWS clients what esbuild cannot see to be of no use. A client reads its version from the whole of its
 * package.json; and it registers a class for every error that its service knows, where only those that `root` names are ever
 * looked for. An error without a class is a DynamoDBServiceException with the error's name, by which it is retried as well.
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

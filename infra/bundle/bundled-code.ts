import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct, IConstruct } from "constructs";
import { type DeployedName, deployedNames } from "../../functions/function-envs.ts";
import { bundleFunctions } from "./bundle-functions.ts";

/** Where the bundles of each app are. */
const foldersOf = new WeakMap<IConstruct, string>();

/** The bundle, made during synthesis by esbuild. CDK asks for an image as a fallback, which is never pulled. */
export function bundledCode({ node }: Construct, name: DeployedName): Code {
  return Code.fromAsset(join(import.meta.dirname, "../../functions", name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("scratch"),
      local: {
        tryBundle(outDir) {
          cpSync(join(folderOf(node.root), name), outDir, { recursive: true });
          return true;
        },
      },
    },
  });
}

/** Bundles all functions when the first one is wanted. CDK wants none for a command that uploads nothing. */
function folderOf(app: IConstruct): string {
  const made = foldersOf.get(app);
  if (made !== undefined) return made;
  const folder = mkdtempSync(join(tmpdir(), "refund-status-bundles-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  bundleFunctions(deployedNames, folder);
  foldersOf.set(app, folder);
  return folder;
}

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { clientTypes } from "./client-types.ts";
import { readContract } from "./contract.ts";
import { collectionFile, postmanCollection } from "./postman-collection.ts";

const root = join(import.meta.dirname, "../..");

/** What is made from the contract: files, and their texts. @throws an Error where the formatter cannot read a text */
export function generatedFiles(): ReadonlyMap<string, string> {
  const contract = readContract();
  const files = {
    [join(root, "client/contract.ts")]: clientTypes(contract),
    [collectionFile]: JSON.stringify(postmanCollection(contract)),
  };
  return new Map(Object.entries(files).map(([file, text]) => [file, formatted(file, text)]));
}

/** The text as the project's formatter writes it. */
function formatted(file: string, input: string): string {
  const biome = join(root, "node_modules/.bin/biome");
  const { status, stdout, stderr } = spawnSync(biome, ["format", `--stdin-file-path=${file}`], {
    cwd: root,
    input,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${file} cannot be formatted: ${stderr}`);
  return stdout;
}

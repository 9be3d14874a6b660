import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

function run(command: string, args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(join(root, "node_modules/.bin", command), args, {
    cwd: root,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

test("the types hold", () => {
  // Several checkers would each check what they share.
  expect(run("tsc", ["--singleThreaded"])).toEqual({ status: 0, output: "" });
});

test("lint and format are clean", () => {
  const { status, output } = run("biome", ["ci", "--error-on-warnings", "--colors=off", "."]);
  expect(status, output).toBe(0);
});

import { describe, expect, test } from "vitest";
import { runConsole } from "../../console/console-program.ts";
import { runDeploy } from "../../operate/deploy/deploy-program.ts";
import { runRollback } from "../../operate/deploy/rollback-program.ts";
import { runLadder } from "../../operate/ladder/ladder-program.ts";
import { runPartner } from "../../operate/partner-program.ts";
import { runRefunds } from "../../operate/refunds-program.ts";
import { runQuery } from "../../sandbox/query/query-program.ts";
import { runSimulator } from "../../sandbox/start/simulator-program.ts";
import { runStart } from "../../sandbox/start/start-program.ts";
import { runWebhookCheck } from "../../sandbox/webhook-check/webhook-check-program.ts";
import type { RunCommandLine } from "../../tools/command-line.ts";
import { readMutantOptions } from "../mutants/options.ts";
import { readSimulationOptions } from "../simulation/simulation-options.ts";
import { runHere } from "../support/run-command.ts";

const reads = (read: (args: readonly string[], io: Parameters<RunCommandLine>[1]) => Promise<unknown>) =>
  (async (args, io) => void (await read(args, io))) satisfies RunCommandLine;

/** Each command with an option that is mistyped, and the one that is meant. */
const commands: readonly (readonly [name: string, run: RunCommandLine, mistyped: string, meant: string])[] = [
  ["console", runConsole, "--prot", "--port"],
  ["deploy", runDeploy, "--stgae", "--stage"],
  ["ladder", runLadder, "--hlep", "--help"],
  ["partner", runPartner, "--regoin", "--region"],
  ["query", runQuery, "--wacth", "--watch"],
  ["refunds", runRefunds, "--profil", "--profile"],
  ["rollback", runRollback, "--stag", "--stage"],
  ["simulate", reads(readSimulationOptions), "--sede", "--seed"],
  ["simulator", runSimulator, "--prt", "--port"],
  ["start", runStart, "--dta", "--data"],
  ["test:mutants", reads(readMutantOptions), "--evry", "--every"],
  ["webhook-check", runWebhookCheck, "--secrte", "--secret"],
];

describe.each(commands)("npm run %s", (_, run, mistyped, meant) => {
  test("helps with examples, and ends with 0", async () => {
    const { status, stdout, stderr } = await runHere(run, ["--help"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Usage: npm [\s\S]*\nExamples:\n {2}npm /);
  });

  test("refuses a mistyped option, names the one that is meant, and ends with 1", async () => {
    const { status, stdout, stderr } = await runHere(run, [mistyped, "1"]);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`unknown option '${mistyped}'\n(Did you mean ${meant}?)\nSee npm `);
  });
});

test.each([
  ["deploy", runDeploy],
  ["rollback", runRollback],
] as const)("npm run %s refuses the folder of a local run with the way on, whatever else it lacks", async (_, run) => {
  for (const args of [
    ["--data", ".sandbox"],
    ["--stage", "test", "--data", ".sandbox"],
  ]) {
    const { status, stdout, stderr } = await runHere(run, args);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^a local run is not deployed: npm start starts it.*--stage\n/);
  }
});

test.each([
  ["console", runConsole],
  ["partner", runPartner],
  ["refunds", runRefunds],
] as const)("npm run %s is for a local run or for a deployed stage, never for both", async (name, run) => {
  const words = name === "console" ? [] : ["list"];
  const { status, stdout, stderr } = await runHere(run, [...words, "--data", ".sandbox", "--stage", "test"]);
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("'--data <folder>' cannot be used with option '--stage <name>'");
});

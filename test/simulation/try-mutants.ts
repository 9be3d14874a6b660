import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProgram, oneOf, runProgram, wholeNumber } from "../../tools/command-line.ts";

// Applies each mutant of the folder beside this file to a copy of the service, and tells in how many seeds it is found.
// Arguments are names of mutants, all of them without any; --refunds and --days go to the simulation.

const root = join(import.meta.dirname, "../..");
const folder = join(import.meta.dirname, "mutants");
const seeds = 25;
const atOnce = 2;

const patches = readdirSync(folder).filter((file) => file.endsWith(".patch"));
const nameOf = oneOf(patches.map((file) => file.replace(".patch", "")) as [string, ...string[]]);
const options: { names: string[]; size: string[] } = { names: [], size: [] };
const program = createProgram("npm run simulate:mutants --", process, [
  "npm run simulate:mutants",
  "npm run simulate:mutants -- fence-dropped --refunds 60",
])
  .description(`Tells in how many of ${seeds} seeds the simulation finds each known mistake.`)
  .argument("[names...]", "which mistakes; all without any", (name, names: string[] = []) => [...names, nameOf(name)])
  .option("--refunds <number>", "refunds of a history", wholeNumber(1, 10_000), 30)
  .option("--days <number>", "days of a history with faults", wholeNumber(1, 3_650), 30)
  .action((names: string[], { refunds, days }: { refunds: number; days: number }) => {
    options.names = names;
    options.size = ["--refunds", String(refunds), "--days", String(days), "--count", String(seeds)];
  });
await runProgram(program, process.argv.slice(2), process);
if (options.size.length === 0) process.exit();

type Json = { readonly violations: readonly { readonly seed: number; readonly rule: string }[] };

async function tryMutant(patch: string): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), "mutant-"));
  try {
    for (const part of [
      "functions",
      "infra",
      "shared",
      "operate",
      "sandbox",
      "tools",
      "test/simulation",
      "package.json",
      "tsconfig.json",
    ]) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    const applied = spawnSync("git", ["apply", "--unidiff-zero", join(folder, patch)], { cwd: copy });
    if (applied.status !== 0) return "NO LONGER APPLIES";
    const { found, rules } = readFound(await simulate(copy));
    return found === undefined
      ? "DOES NOT RUN"
      : `found in ${found} of ${seeds} seeds: ${rules.join("; ") || "MISSED"}`;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function simulate(copy: string): Promise<string> {
  return new Promise((resolve) => {
    const run = spawn(process.execPath, ["test/simulation/simulate.ts", "--json", ...options.size], { cwd: copy });
    let text = "";
    run.stdout.on("data", (chunk) => {
      text += chunk;
    });
    run.on("close", () => resolve(text));
  });
}

function readFound(text: string): { found: number | undefined; rules: string[] } {
  try {
    const { violations } = JSON.parse(text) as Json;
    return { found: violations.length, rules: [...new Set(violations.map(({ rule }) => rule))].slice(0, 3) };
  } catch {
    return { found: undefined, rules: [] };
  }
}

const { names } = options;
const waiting = patches.filter((file) => names.length === 0 || names.includes(file.replace(".patch", ""))).sort();
let missed = 0;
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let patch = waiting.shift(); patch !== undefined; patch = waiting.shift()) {
      const result = await tryMutant(patch);
      if (!result.startsWith("found") || result.endsWith("MISSED")) missed++;
      console.log(`${patch.replace(".patch", "").padEnd(40)} ${result}`);
    }
  }),
);
console.log(missed === 0 ? "all are found" : `${missed} are not found`);
process.exitCode = missed === 0 ? 0 : 1;

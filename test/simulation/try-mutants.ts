import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Applies each mutant of the folder beside this file to a copy of the service, and tells in how many seeds it is found.
// Arguments are names of mutants, all of them without any; further options such as --refunds go to the simulation.

const root = join(import.meta.dirname, "../..");
const folder = join(import.meta.dirname, "mutants");
const seeds = 25;
const atOnce = 2;

const given = process.argv.slice(2);
const firstOption = given.findIndex((word) => word.startsWith("--"));
const names = firstOption < 0 ? given : given.slice(0, firstOption);
const options = firstOption < 0 ? [] : given.slice(firstOption);
const size = ["--refunds", "30", "--days", "30", "--count", String(seeds)];

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
    const run = spawn(process.execPath, ["test/simulation/simulate.ts", "--json", ...size, ...options], { cwd: copy });
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

const patches = readdirSync(folder).filter((file) => file.endsWith(".patch"));
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

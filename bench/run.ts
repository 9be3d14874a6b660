/** `npm run bench -- NAME [NAME…] [--runs N] [--mix FILE] [--seed N]`: runs benches one after another; `all` is every one of them. */
import { createProgram, oneOf, type RunCommandLine, runProgram, wholeNumber } from "../tools/command-line.ts";
import { runAsProcess } from "../tools/run-as-process.ts";

type Options = { readonly runs?: number; readonly mix?: string; readonly seed?: number };

const benches: Record<string, (options: Options) => Promise<void>> = {
  bundle: async () => (await import("./bundle.ts")).benchBundle(),
  cold: async ({ runs = 15 }) => (await import("./cold.ts")).benchCold(runs),
  warm: async ({ runs = 5 }) => (await import("./warm.ts")).benchWarm(runs),
  recheck: async ({ runs = 3 }) => (await import("./recheck.ts")).benchRecheck(runs),
  sign: async ({ runs = 5 }) => (await import("./sign.ts")).benchSign(runs),
  load: async () => (await import("./load.ts")).benchLoad(),
  storm: async ({ runs = 3 }) => (await import("./storm.ts")).benchStorm(runs),
  million: async () => (await import("./million.ts")).benchMillion(),
  cost: async () => (await import("./cost.ts")).benchCost(),
  // Here `--runs` counts thousands of refunds on record.
  console: async ({ runs = 1_000 }) => (await import("./console.ts")).benchConsole(runs),
  tell: async ({ runs = 1 }) => (await import("./tell.ts")).benchTell(runs),
  delay: async (options) => (await import("./delay.ts")).benchDelay(options),
};

const nameOf = oneOf(["all", ...Object.keys(benches)]);
const addName = (name: string, names: readonly string[] | undefined) => [...(names ?? []), nameOf(name)];

const runBenches: RunCommandLine = async (args, io) => {
  const program = createProgram("npm run bench --", io, ["npm run bench -- warm --runs 9", "npm run bench -- all"])
    .description(`Measures what docs/performance.md claims: ${Object.keys(benches).join(", ")}, or all of them.`)
    .argument("<names...>", "which, one after another", addName)
    .option("--runs <count>", "how often each is measured; a bench has a number of its own", wholeNumber(1, 10_000))
    .option("--mix <file>", "for delay: a mix of settle times, in place of those of the bench")
    .option("--seed <number>", "for delay: which refunds are drawn", wholeNumber(1, 1_000_000))
    .action(async (names: readonly string[], options: Options) => {
      const chosen = names.includes("all") ? Object.keys(benches) : names;
      for (const name of chosen) await benches[name]?.(options);
    });
  await runProgram(program, args, io);
};

await runAsProcess(runBenches);

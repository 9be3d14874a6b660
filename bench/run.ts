/** `npm run bench -- NAME [NAME…] [--runs N]`: runs benches one after another; `all` is every one of them. */
import { parseArgs } from "node:util";

const benches: Record<string, (runs: number | undefined) => Promise<void>> = {
  bundle: async () => (await import("./bundle.ts")).benchBundle(),
  cold: async (runs = 15) => (await import("./cold.ts")).benchCold(runs),
  warm: async (runs = 5) => (await import("./warm.ts")).benchWarm(runs),
  recheck: async (runs = 3) => (await import("./recheck.ts")).benchRecheck(runs),
  sign: async (runs = 5) => (await import("./sign.ts")).benchSign(runs),
  load: async () => (await import("./load.ts")).benchLoad(),
  storm: async (runs = 3) => (await import("./storm.ts")).benchStorm(runs),
  million: async () => (await import("./million.ts")).benchMillion(),
  cost: async () => (await import("./cost.ts")).benchCost(),
  // Here `--runs` counts thousands of refunds on record.
  console: async (runs = 1_000) => (await import("./console.ts")).benchConsole(runs),
  tell: async (runs = 1) => (await import("./tell.ts")).benchTell(runs),
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { runs: { type: "string" } } });
const names = positionals.includes("all") ? Object.keys(benches) : positionals;
const unknown = names.filter((name) => !(name in benches));
const runs = values.runs === undefined ? undefined : Number(values.runs);
if (names.length === 0 || unknown.length > 0 || (runs !== undefined && !(Number.isInteger(runs) && runs > 0))) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join("|")}|all [--runs N]`);
  process.exit(2);
}
for (const name of names) await benches[name]?.(runs);

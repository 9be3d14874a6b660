/** `npm run bench -- NAME [NAME…] [--runs N] [--mix FILE] [--seed N]`: runs benches one after another; `all` is every one of them. */
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
  tell: async (runs = 1) => (await import("./tell.ts")).benchTell(runs),
  delay: async () => (await import("./delay.ts")).benchDelay({ mix: values.mix, seed: Number(values.seed) }),
};

const text = { type: "string" } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: text, mix: text, seed: { ...text, default: "1" } },
});
const names = positionals.includes("all") ? Object.keys(benches) : positionals;
const unknown = names.filter((name) => !(name in benches));
const runs = values.runs === undefined ? undefined : Number(values.runs);
const isCount = (count: number | undefined) => count === undefined || (Number.isInteger(count) && count > 0);
if (names.length === 0 || unknown.length > 0 || !isCount(runs) || !isCount(Number(values.seed))) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join("|")}|all [--runs N] [--mix FILE] [--seed N]`);
  process.exit(2);
}
for (const name of names) await benches[name]?.(runs);

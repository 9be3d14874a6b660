/** `npm run bench -- NAME…`: measures what is claimed of speed, and prints it beside its bound. */
import { benchBundle } from "./bundle.ts";
import { benchRecheck } from "./recheck.ts";
import { benchSign } from "./sign.ts";

const runs = 3;
const benches: Record<string, () => Promise<void> | void> = {
  bundle: benchBundle,
  recheck: () => benchRecheck(runs),
  sign: () => benchSign(runs),
};

const chosen = process.argv.slice(2);
const names = chosen.length === 0 || chosen.includes("all") ? Object.keys(benches) : chosen;
const unknown = names.filter((name) => benches[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`no such bench: ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")} and all\n`);
  process.exit(1);
}
for (const name of names) await benches[name]?.();

import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { type FaultKind, faultKinds } from "./faults.ts";
import { type HistoryOptions, type HistoryResult, runHistory } from "./history.ts";
import { shrink } from "./shrink.ts";

const usage = `npm run simulate -- [--seed N] [--count N] [--minutes N] [--refunds N] [--days N] [--faults 0.05] [--only KIND,…] [--json]

  --seed     the first seed (1); each seed is a history of its own
  --count    so many seeds (10)
  --minutes  as many seeds as begin in this time, instead of --count
  --refunds  refunds of a history (100)
  --days     days of a history with faults (80); some days without follow
  --faults   the rate of faults, 0 to 1 (0.05)
  --only     the kinds of faults that come, or "none"; without it each seed chooses
             ${faultKinds.join(" ")}
  --json     one JSON object and nothing else`;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "10" },
    minutes: { type: "string" },
    refunds: { type: "string", default: "100" },
    days: { type: "string", default: "80" },
    faults: { type: "string", default: "0.05" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const wrong: string[] = [];
function number(
  name: "seed" | "count" | "minutes" | "refunds" | "days" | "faults",
  least: number,
  most: number,
): number {
  const value = Number(values[name]);
  const isWhole = name === "faults" || name === "minutes" || Number.isInteger(value);
  if (!(isWhole && value >= least && value <= most)) wrong.push(`--${name} is a number from ${least} to ${most}`);
  return value;
}

function kindsOf(text: string): FaultKind[] {
  const names = text === "none" || text === "" ? [] : text.split(",");
  for (const name of names) if (!faultKinds.some((kind) => kind === name)) wrong.push(`--only does not know ${name}`);
  return names as FaultKind[];
}

const options: HistoryOptions = {
  seed: number("seed", 0, 2 ** 31),
  refunds: number("refunds", 1, 10_000),
  days: number("days", 1, 3_650),
  faults: number("faults", 0, 1),
  only: values.only === undefined ? undefined : kindsOf(values.only),
};
const count = number("count", 1, 1_000_000);
const minutes = values.minutes === undefined ? undefined : number("minutes", 0.01, 100_000);
if (wrong.length > 0 || values.help) {
  console.error([...wrong, usage].join("\n"));
  process.exit(values.help ? 0 : 2);
}

/** The time that a person waits; nothing of it gets into a history. */
const stopwatch = () => performance.now() / 1_000;
const startedAt = stopwatch();
const yearDays = 365;

const say = (text: string) => {
  if (!values.json) console.log(text);
};

function commandOf({ seed, refunds, days, faults, only }: HistoryOptions): string {
  const kinds = only === undefined ? "" : ` --only ${only.join(",") || "none"}`;
  return `npm run simulate -- --seed ${seed} --count 1 --refunds ${refunds} --days ${days} --faults ${faults}${kinds}`;
}

const traces = createHash("sha256");
const events = new Map<string, number>();
const delays: { readonly ms: number; readonly seed: number }[] = [];
const found: { seed: number; result: HistoryResult }[] = [];
let [seeds, simulatedDays, refunds, final] = [0, 0, 0, 0];

const isEnough = () => (minutes === undefined ? seeds >= count : stopwatch() - startedAt > minutes * 60);
for (let { seed } = options; !isEnough(); seed++) {
  const result = await runHistory({ ...options, seed });
  seeds++;
  simulatedDays += result.simulatedDays;
  refunds += options.refunds;
  final += result.final;
  traces.update(result.trace);
  for (const [kind, times] of Object.entries(result.counts)) events.set(kind, (events.get(kind) ?? 0) + times);
  delays.push(...result.delaysMs.map((ms) => ({ ms, seed })));
  delays.sort((a, b) => b.ms - a.ms).splice(5);
  const years = (simulatedDays / yearDays).toFixed(2);
  const rule = result.violations[0]?.rule;
  say(
    `seed ${seed}: ${result.final} of ${options.refunds} final, ${years} years in ${Math.round(stopwatch() - startedAt)} s${rule ? `, VIOLATION: ${rule}` : ""}`,
  );
  if (rule === undefined) continue;
  found.push({ seed, result });
  if (!values.json) break;
}

const [failed] = found;
if (failed !== undefined && !values.json) await explain(failed.seed, failed.result);
else if (!values.json) summarize();
else {
  console.log(
    JSON.stringify({
      trace: traces.digest("hex"),
      seeds,
      simulatedDays: Math.round(simulatedDays * 100) / 100,
      refunds,
      final,
      violations: found.map(({ seed, result }) => ({
        seed,
        ...result.violations[0],
        replay: commandOf({ ...options, seed }),
      })),
      worstDelaysMs: delays.map(({ ms }) => ms),
      events: Object.fromEntries(events),
    }),
  );
}
process.exitCode = found.length > 0 ? 1 : 0;

function summarize(): void {
  const years = simulatedDays / yearDays;
  const perMinute = (years / (stopwatch() - startedAt)) * 60;
  say(
    `\n${years.toFixed(2)} simulated years, ${perMinute.toFixed(1)} a minute; ${refunds} refunds, ${final} final; no violation`,
  );
  for (const [kind, times] of events) say(`  ${String(times).padStart(9)} ${kind}`);
  const hours = delays.map(({ ms, seed }) => `${(ms / 3_600_000).toFixed(1)} h (seed ${seed})`);
  say(`worst times from when a refund could be proved final until it was: ${hours.join(", ")}`);
}

async function explain(seed: number, result: HistoryResult): Promise<void> {
  const tell = ({ violations, lastSteps }: HistoryResult) => {
    say(lastSteps.map((step) => `  ${step.slice(0, 300)}`).join("\n"));
    for (const { rule, what } of violations) say(`\nVIOLATION: ${rule}\n  ${what.slice(0, 2_000)}`);
  };
  say("\nThe last steps:");
  tell(result);
  say(`\nReplay it: ${commandOf({ ...options, seed })}\n\nLooking for a smaller history …`);
  const smallest = await shrink({ ...options, seed }, result, runHistory, (smaller) => say(`  ${commandOf(smaller)}`));
  say("\nThe last steps of the smallest history found:");
  tell(smallest.result);
  say(`\nReplay it: ${commandOf(smallest.options)}`);
}

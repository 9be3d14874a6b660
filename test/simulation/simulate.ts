/** `npm run simulate`: histories of years under faults, each from a seed. */
import { createHash } from "node:crypto";
import { type HistoryOptions, type HistoryResult, runHistory } from "./history.ts";
import { shrink } from "./shrink.ts";
import { readSimulationOptions } from "./simulation-options.ts";

const given = await readSimulationOptions(process.argv.slice(2), process);
if (given === undefined) process.exit();
const { count, minutes, json } = given;
const options: HistoryOptions = {
  seed: given.seed,
  refunds: given.refunds,
  days: given.days,
  faults: given.faults,
  only: given.only,
};

/** The time that a person waits; nothing of it gets into a history. */
const stopwatch = () => performance.now() / 1_000;
const startedAt = stopwatch();
const yearDays = 365;

const say = (text: string) => {
  if (!json) console.log(text);
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
  if (!json) break;
}

const [failed] = found;
if (failed !== undefined && !json) await explain(failed.seed, failed.result);
else if (!json) summarize();
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

import { dueRefund, putRefunds } from "./refunds.ts";
import { report, round } from "./report.ts";
import { table, withSweeper } from "./sweeper.ts";

const target = 1_000_000;
/** A day in quarters of an hour, each of which brings as many due refunds. */
const waves = 96;
/** No wave begins later, so that the run ends within five minutes. */
const longestMs = 4 * 60_000;

type Wave = { readonly refunds: number; readonly ms: number; readonly cpuMs: number; readonly maxMb: number };

/** A million refunds due over a day, as fast as this machine sweeps them: a wave of them is put, swept, and the next one put. */
export async function benchMillion(): Promise<void> {
  const options = { concurrency: 50, delayMs: 0, refundStatus: "SUCCESS", counted: false };
  const taken: Wave[] = [];
  const startedAt = performance.now();
  await withSweeper(options, async ({ client, sweep }) => {
    const size = Math.ceil(target / waves);
    for (let wave = 0; wave < waves && performance.now() - startedAt < longestMs; wave++) {
      await putRefunds(client, table, size, (number) => dueRefund(wave * size + number));
      let left = size;
      while (left > 0) {
        const { ms, cpuMs, maxMb, summary } = await sweep();
        taken.push({ refunds: summary.settled, ms, cpuMs, maxMb });
        left -= summary.settled;
        if (summary.settled === 0) throw new Error(`a sweep settled nothing: ${JSON.stringify(summary)}`);
      }
    }
  });
  const total = taken.reduce((sum, { refunds }) => sum + refunds, 0);
  const [first, last] = [taken.slice(0, 4), taken.slice(-4)];
  report("million", [
    {
      title: `A day's refunds, ${waves} waves of a quarter of an hour each: ${total} of ${target} within five minutes`,
      columns: ["sweeps", "refunds", "settled a second", "CPU µs a refund", "max MB"],
      rows: [
        ["all", taken],
        ["the first four sweeps", first],
        ["the last four sweeps", last],
      ].map(([name, of]) => [name as string, ...figures(of as Wave[])]),
      notes: [
        "ChinaUMS answers at once, so the machine is the bound. Time that the refunds take to be put is not counted. Those that are final stay in the table.",
      ],
    },
  ]);
}

function figures(waves: readonly Wave[]): number[] {
  const sum = (of: (wave: Wave) => number) => waves.reduce((all, wave) => all + of(wave), 0);
  const refunds = sum((wave) => wave.refunds);
  return [
    refunds,
    round((1_000 * refunds) / sum(({ ms }) => ms), 0),
    round((1_000 * sum(({ cpuMs }) => cpuMs)) / refunds, 0),
    round(Math.max(...waves.map(({ maxMb }) => maxMb)), 0),
  ];
}

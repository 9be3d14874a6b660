import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { bundleFunctions } from "../infra/bundle/bundle-functions.ts";
import { bundleSettings } from "../infra/bundle/bundle-settings.ts";
import { type ColdStart, coldStart, withFakes } from "./cold-start.ts";
import { bundleNaive } from "./naive/bundle-naive.ts";
import { medianOf, pairedRuns, spreadOf } from "./paired.ts";
import { report, round, type Table, verdict } from "./report.ts";

/** Ours without what it does while it starts, to tell loading from that. */
async function bundleWithoutWarmUp(outDir: string): Promise<string> {
  const outfile = join(outDir, "index.mjs");
  const nothing = { contents: "export const warmUp = async () => undefined;" };
  await build({
    ...bundleSettings,
    entryPoints: ["functions/refund-query/index.ts"],
    outfile,
    plugins: [
      { name: "no-warm-up", setup: ({ onLoad }) => onLoad({ filter: /functions[\\/]warm-up\.ts$/ }, () => nothing) },
      ...bundleSettings.plugins,
    ],
  });
  return outfile;
}

export async function benchCold(runs: number): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), "refund-status-bench-"));
  try {
    bundleFunctions(["refund-query"], data);
    const ours = join(data, "refund-query/index.mjs");
    const oursLoaded = await bundleWithoutWarmUp(join(data, "loaded"));
    const { file: naive } = await bundleNaive(join(data, "naive"));
    const started = await withFakes((env) =>
      pairedRuns(runs, {
        bare: () => coldStart(undefined, env, false),
        oursLoaded: () => coldStart(oursLoaded, env, false),
        ours: () => coldStart(ours, env, true),
        naive: () => coldStart(naive, env, true),
        ours512: () => coldStart(ours, env, true, 512),
        naive512: () => coldStart(naive, env, true, 512),
        ours256: () => coldStart(ours, env, true, 256),
        naive256: () => coldStart(naive, env, true, 256),
      }),
    );
    report("cold", [compare(started), phases(started)]);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

type Runs = Record<
  "bare" | "oursLoaded" | "ours" | "naive" | "ours512" | "naive512" | "ours256" | "naive256",
  ColdStart[]
>;

const untilLoaded = (start: ColdStart) => start.loaded.ms;
const untilAnswered = (start: ColdStart) => start.loaded.ms + (start.answered?.ms ?? 0);

/** Each row compares the two round by round, after taking off what bare Node took in that round. */
function compare(runs: Runs): Table {
  const row = (
    what: string,
    ours: ColdStart[],
    naive: ColdStart[],
    of: (start: ColdStart) => number,
    target: number | undefined,
  ) => {
    const above = (starts: ColdStart[]) => starts.map((start, i) => of(start) - untilLoaded(runs.bare[i] as ColdStart));
    const [mine, theirs] = [above(ours), above(naive)];
    const { min, median, max } = spreadOf(mine.map((ms, i) => ms / (theirs[i] ?? Number.NaN)));
    const show = (values: number[]) => {
      const spread = spreadOf(values);
      return `${round(spread.min, 0)} / ${round(spread.median, 0)} / ${round(spread.max, 0)}`;
    };
    return [
      what,
      show(mine),
      show(theirs),
      ...[min, median, max].map((ratio) => round(ratio, 2)),
      target ?? "",
      target === undefined ? "" : verdict(median, target),
    ];
  };
  return {
    title: "cold: from process start, ms above bare Node (min / median / max), and ours ÷ naive",
    columns: ["", "ours", "naive", "ratio min", "median", "max", "target", ""],
    rows: [
      row("to loaded, without first work", runs.oursLoaded, runs.naive, untilLoaded, 0.37),
      row("to the first answer", runs.ours, runs.naive, untilAnswered, 0.5),
      row("to the first answer at 512 MB", runs.ours512, runs.naive512, untilAnswered, 0.4),
      row("to the first answer at 256 MB", runs.ours256, runs.naive256, untilAnswered, undefined),
    ],
    notes: [
      "DynamoDB, Secrets Manager and ChinaUMS are three processes with fixed answers over HTTPS, every handshake included. What " +
        "the module awaits while it loads is part of its start, as in Lambda. At 512 and 256 MB the process has a whole CPU " +
        "until it is loaded and then the share that Lambda gives (memory ÷ 1769 MB), by stopping and continuing it.",
    ],
  };
}

function phases(runs: Runs): Table {
  const rows = Object.entries(runs).map(([name, starts]) => [
    name,
    ...[untilLoaded, (start: ColdStart) => start.answered?.ms ?? 0].map((of) => round(medianOf(starts.map(of)), 0)),
    round(medianOf(starts.map((start) => start.loaded.cpuMs)), 0),
    round(medianOf(starts.map((start) => start.answered?.cpuMs ?? 0)), 0),
  ]);
  return {
    title: "cold: medians of the phases",
    columns: ["", "start to loaded ms", "first call ms", "CPU of start ms", "CPU of first call ms"],
    rows,
  };
}

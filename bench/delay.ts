import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ladderText, waitText } from "../operate/ladder/ladder-text.ts";
import type { DelayStats } from "./delay/delay-stats.ts";
import { readMix } from "./delay/mix.ts";
import { drawPicture } from "./delay/picture.ts";
import { faultShares, fitted, type Tried, type TriedMix, today, tryMix } from "./delay/try-mix.ts";
import { report, round, type Table, verdict } from "./report.ts";

const refunds = 4_000;
const mixFolder = join(import.meta.dirname, "delay/mixes");
const ownMixes = ["wallet", "bank", "mixed", "bad-week"].map((name) => join(mixFolder, `${name}.json`));
const bound = 0.6;

/** How much later than it could be an end is found out, by how many questions: ours and other projects'. */
export function benchDelay({ mix, seed = 1 }: { readonly mix?: string | undefined; readonly seed?: number }): void {
  const tried = (mix === undefined ? ownMixes : [mix]).map((file) => tryMix(readMix(file), { seed, refunds }));
  report("delay", [summary(tried, seed), ...tried.flatMap((one) => [schedulesOf(one), faultsOf(one), fitsOf(one)])]);
  mkdirSync(join(import.meta.dirname, "results"), { recursive: true });
  writeFileSync(join(import.meta.dirname, "results/delay.svg"), drawPicture(tried));
}

function summary(tried: readonly TriedMix[], seed: number): Table {
  return {
    title: "Mean delay of the fitted ladders",
    columns: ["mix", "questions, today / fitted", "÷ today's", "÷ the best peer's", `bound ${bound}`],
    rows: tried.map((one) => {
      const [before, after] = [statsOf(one, today), statsOf(one, fitted)];
      const within = atNoFaults(one).filter(({ stats }) => stats.questions <= before.questions);
      const peers = within.filter(({ schedule }) => schedule !== today && schedule !== fitted);
      const best = peers.toSorted((a, b) => a.stats.mean - b.stats.mean)[0];
      const ratio = after.mean / before.mean;
      const toPeer = best === undefined ? 0 : after.mean / best.stats.mean;
      return [
        one.mix.name,
        `${round(before.questions)} / ${round(after.questions)}`,
        round(ratio, 2),
        best === undefined ? "none asks as little" : `${round(toPeer, 3)} (${best.schedule})`,
        verdict(Math.max(ratio, toPeer, after.questions > before.questions ? Number.POSITIVE_INFINITY : 0), bound),
      ];
    }),
    notes: [
      `Seed ${seed}, ${refunds} refunds a mix, without faults beside the outages of a mix. Peers count that ask no more than today's ladder does.`,
    ],
  };
}

function schedulesOf(tried: TriedMix): Table {
  return {
    title: `${tried.mix.name}: ${tried.mix.about}`,
    columns: ["schedule", "questions a refund", "mean", "p50", "p95", "p99", "max", "never found out"],
    rows: atNoFaults(tried).map(({ schedule, stats }) => [
      schedule,
      round(stats.questions),
      ...[stats.mean, stats.p50, stats.p95, stats.p99, stats.max].map(duration),
      `${round(100 * stats.unfound)} %`,
    ]),
  };
}

function faultsOf(tried: TriedMix): Table {
  const schedules = atNoFaults(tried).map(({ schedule }) => schedule);
  return {
    title: `${tried.mix.name}: mean delay and questions a refund, by the share of questions without an answer`,
    columns: ["schedule", ...faultShares.map((share) => `${100 * share} %`)],
    rows: schedules.map((schedule) => [
      schedule,
      ...faultShares.map((share) => {
        const { mean, questions } = statsOf(tried, schedule, share);
        return `${duration(mean)}, ${round(questions)}`;
      }),
    ]),
  };
}

function fitsOf({ mix, fits }: TriedMix): Table {
  return {
    title: `${mix.name}: what was fitted`,
    columns: ["instMid", "refunds", "÷ today's on held-out refunds", "nine in ten", "ladder"],
    rows: [...fits].map(([instMid, fit]) => {
      if (fit.kind === "too_few") return [instMid, fit.settled, "too few", "", ""];
      const { ratio, low, high } = fit.comparison.delay;
      return [
        instMid,
        fit.settled,
        `${round(ratio, 2)} (${round(low, 2)} to ${round(high, 2)})${fit.kind === "kept" ? ", not proposed" : ""}`,
        fit.expected === undefined ? "unsure" : waitText(fit.expected.waitMs),
        `\`${ladderText(fit.ladder)}\``,
      ];
    }),
  };
}

function atNoFaults({ tried }: TriedMix): readonly Tried[] {
  return tried.filter(({ faults }) => faults === 0);
}

function statsOf({ tried }: TriedMix, schedule: string, share = 0): DelayStats {
  const found = tried.find((one) => one.schedule === schedule && one.faults === share);
  if (found === undefined) throw new Error(`${schedule} was not tried`);
  return found.stats;
}

function duration(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 120) return `${round(minutes)} min`;
  return minutes < 72 * 60 ? `${round(minutes / 60)} h` : `${round(minutes / 1440)} d`;
}

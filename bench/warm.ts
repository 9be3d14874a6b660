import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { bundleSettings } from "../infra/bundle/bundle-settings.ts";
import type { CpuPerCall } from "./cpu-per-call.ts";
import type { Consumed } from "./fakes/counting-dynamodb.ts";
import { type LocalService, withLocalService } from "./local-service.ts";
import { bundleNaive } from "./naive/bundle-naive.ts";
import { pairedRuns, spreadOf } from "./paired.ts";
import { report, round, type Table, verdict } from "./report.ts";

const sampleFile = join(import.meta.dirname, "../test/fixtures/page-answer.json");
const sequential = 300;

async function handlerCpu(runs: number): Promise<Table> {
  const data = mkdtempSync(join(tmpdir(), "refund-status-bench-"));
  try {
    const ours = join(data, "warm.mjs");
    await build({ ...bundleSettings, entryPoints: [join(import.meta.dirname, "warm-child.ts")], outfile: ours });
    const { file: naive } = await bundleNaive(data, { entry: "warm-child.ts" });
    const sample = readFileSync(sampleFile, "utf8");
    const env = { PATH: process.env.PATH ?? "", POWERTOOLS_TRACE_ENABLED: "false" };
    const measure = async (file: string) =>
      JSON.parse(execFileSync(process.execPath, [file, sample], { encoding: "utf8", env })) as CpuPerCall;
    const taken = await pairedRuns(runs, { ours: () => measure(ours), naive: () => measure(naive) });

    const row = (what: string, values: number[], digits: number, held?: { target: number; by: "min" | "median" }) => {
      const spread = spreadOf(values);
      const { min, median, max } = spread;
      return [
        what,
        ...[min, median, max].map((value) => round(value, digits)),
        held?.target ?? "",
        held === undefined ? "" : verdict(spread[held.by], held.target),
      ];
    };
    const hot = (of: readonly CpuPerCall[]) => of.map((one) => one.hot);
    const fifth = (of: readonly CpuPerCall[]) => of.map((one) => one.fifth);
    const [mine, theirs] = [hot(taken.ours), hot(taken.naive)];
    const ratios = mine.map((us, i) => us / (theirs[i] ?? Number.NaN));
    return {
      title: "warm: CPU of the handler without I/O, µs a call",
      columns: ["", "min", "median", "max", "target", ""],
      rows: [
        row("hot, CPU, ours", mine, 1, { target: 30, by: "min" }),
        row("hot, CPU, naive", theirs, 1),
        row("ours ÷ naive", ratios, 2, { target: 0.5, by: "median" }),
        row("the 5th call, wall, ours", fifth(taken.ours), 0),
        row("the 5th call, wall, naive", fifth(taken.naive), 0),
      ],
      notes: [
        "From the event to the answer: reading, the partner's signature, our signature, upstream's answer, the log line and its " +
          "metrics, and what decides in between. Left out are what talks and what prepares it for talking: of ours the stores over the " +
          "SDK and the post to upstream, of naive the methods of Powertools' persistence layer that call DynamoDB, `send` of both " +
          "clients, `fetch` with the timer of its signal, and tracing; what is logged is formatted and not written. The time is " +
          "held against the least disturbed run, the ratio against the median of the rounds.",
      ],
    };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

function perRequest(consumed: Consumed, requests: number, upstreamCalls: number): (string | number)[] {
  const sums = Object.values(consumed);
  const sum = (of: (one: Consumed[string]) => number) => sums.reduce((total, one) => total + of(one), 0) / requests;
  const operations = Object.entries(consumed).map(([name, { calls }]) => `${round(calls / requests, 2)} ${name}`);
  return [
    operations.join(", "),
    upstreamCalls,
    round(sum(({ calls }) => calls) + upstreamCalls, 2),
    round(
      sum(({ bytesOut }) => bytesOut),
      0,
    ),
    round(
      sum(({ bytesIn }) => bytesIn),
      0,
    ),
    round(
      sum(({ units }) => units),
      2,
    ),
  ];
}

async function hops({ ask, consumed }: LocalService, settled: boolean): Promise<(string | number)[][]> {
  const requests = 50;
  const askAll = async () => {
    for (let i = 0; i < requests; i++) {
      const { status, body } = await ask(`HOPS-${settled}-${i}`);
      if (status !== 200) throw new Error(`answered ${status}: ${body}`);
    }
    return await consumed();
  };
  await ask(`WARM-${settled}-0001`);
  await consumed();
  const first = ["first sight", settled ? "settles" : "pending", ...perRequest(await askAll(), requests, 1)];
  const again = [
    "asked again",
    settled ? "final already" : "answered within 10 s",
    ...perRequest(await askAll(), requests, 0),
  ];
  return [first, again];
}

async function latency({ ask }: LocalService): Promise<(string | number)[]> {
  for (let i = 0; i < 50; i++) await ask(`WARM-${i}-0001`);
  const taken: number[] = [];
  for (let i = 0; i < sequential; i++) taken.push((await ask(`LATENCY-${i}`)).ms);
  taken.sort((a, b) => a - b);
  return [sequential, ...[0, 0.5, 0.99].map((share) => round(taken[Math.floor((sequential - 1) * share)] ?? 0, 2))];
}

export async function benchWarm(runs: number): Promise<void> {
  const service = { instances: 1, upstreamMs: 0, counted: "refund-query" } as const;
  const pending = await withLocalService({ ...service, refundStatus: "PROCESSING" }, (local) => hops(local, false));
  const settled = await withLocalService({ ...service, refundStatus: "SUCCESS" }, (local) => hops(local, true));
  const timed = await withLocalService({ ...service, counted: undefined, refundStatus: "SUCCESS" }, latency);
  report("warm", [
    await handlerCpu(runs),
    {
      title: "warm: hops and bytes a request (one hop is one call that is waited for; 3 at first sight, 1 once final)",
      columns: ["", "", "DynamoDB", "ChinaUMS", "hops", "bytes to DynamoDB", "bytes from it", "capacity units"],
      rows: [...pending, ...settled],
      notes: [
        "The partner's and the platform's secret are in memory. A transaction's writes count twice, as DynamoDB bills them.",
      ],
    },
    {
      title: "warm: one request after another over the local run, ms",
      columns: ["requests", "min", "p50", "p99"],
      rows: [timed],
      notes: [
        "Behind the HTTP front of the local run, with a DynamoDB engine on disk and an upstream that answers at once.",
      ],
    },
  ]);
}

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { bundleSettings } from "../infra/bundle/bundle-settings.ts";
import type { Consumed } from "./fakes/counting-dynamodb.ts";
import { type LocalService, withLocalService } from "./local-service.ts";
import { bundleNaive } from "./naive/bundle-naive.ts";
import { medianOf, pairedRuns, spreadOf } from "./paired.ts";
import { report, round, type Table, verdict } from "./report.ts";
import type { TakenCpu } from "./tell-cpu.ts";

const sample = readFileSync(join(import.meta.dirname, "../test/fixtures/page-answer.json"), "utf8");
const sequential = 300;

const naiveEnvironment = {
  TABLE_NAME: "table",
  PLATFORM_SECRET_ID: "platform",
  PARTNER_SECRET_PREFIX: "partner/",
  UPSTREAM_BASE_URL: "http://127.0.0.1",
  AWS_REGION: "us-east-1",
  POWERTOOLS_TRACE_ENABLED: "false",
};

async function handlerCpu(runs: number): Promise<Table> {
  const data = mkdtempSync(join(tmpdir(), "refund-status-bench-"));
  try {
    const ours = join(data, "warm.mjs");
    await build({ ...bundleSettings, entryPoints: [join(import.meta.dirname, "warm-child.ts")], outfile: ours });
    const naive = await bundleNaive(data, { entry: "warm-child.ts" });
    const take = async (bundle: string): Promise<TakenCpu> => {
      const env = { ...process.env, ...naiveEnvironment };
      const { stderr, status } = spawnSync(process.execPath, [bundle, sample], { encoding: "utf8", env });
      if (status !== 0) throw new Error(stderr);
      return JSON.parse(stderr) as TakenCpu;
    };
    const taken = await pairedRuns(runs, { ours: () => take(ours), naive: () => take(naive.file) });
    const row = (what: string, values: number[], target?: number, held = Math.min(...values)) => {
      const { min, median, max } = spreadOf(values);
      const digits = max < 10 ? 2 : 1;
      return [
        what,
        ...[min, median, max].map((value) => round(value, digits)),
        target ?? "",
        target === undefined ? "" : verdict(held, target),
      ];
    };
    const hot = (of: TakenCpu[]) => of.map((one) => one.hot);
    const ratios = taken.ours.map((one, i) => one.hot / (taken.naive[i]?.hot ?? Number.NaN));
    return {
      title: "warm: CPU of the handler without I/O, µs a call",
      columns: ["", "min", "median", "max", "target", ""],
      rows: [
        row("hot, ours", hot(taken.ours), 30),
        row("hot, naive", hot(taken.naive)),
        row("ours ÷ naive", ratios, 0.5, medianOf(ratios)),
        row(
          "the 5th call, wall",
          taken.ours.map(({ fifth }) => fifth),
        ),
      ],
      notes: [
        "From the event to the answer: reading, the partner's signature, the use case, our signature, upstream's answer, the log line " +
          "and its metrics. Left out are what talks: the SDK's calls and the sockets. Of naive the same is left out: its clients' " +
          "`send` and `fetch` answer at once, its tracer is off, and its log goes nowhere. The time is held against the least disturbed " +
          "run; it was asked for on a machine where naive takes 60 µs, so that the quotient says more.",
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
  const service = { instances: 1, upstreamMs: 0, counted: true };
  const pending = await withLocalService({ ...service, refundStatus: "PROCESSING" }, (local) => hops(local, false));
  const settled = await withLocalService({ ...service, refundStatus: "SUCCESS" }, (local) => hops(local, true));
  const timed = await withLocalService({ ...service, counted: false, refundStatus: "SUCCESS" }, latency);
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

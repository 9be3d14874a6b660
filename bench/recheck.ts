import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SweepSummary } from "../functions/refund-recheck/recheck-due.ts";
import { bundleFunction } from "../infra/bundle/bundle-function.ts";
import { startDatabase } from "../sandbox/database.ts";
import { functionEnvironment } from "../sandbox/function-environment.ts";
import { startFunctionInstances } from "../sandbox/function-instances.ts";
import { seedPlatform } from "../sandbox/local-secrets.ts";
import { startSecretsManager } from "../sandbox/secrets-manager/start-secrets-manager.ts";
import { localStack } from "../sandbox/stack/local-stack.ts";
import { createTable } from "../sandbox/table.ts";
import { localDynamoDb, localSecretsManager } from "../tools/local-aws.ts";
import type { Consumed } from "./fakes/counting-dynamodb.ts";
import { type Fake, startFake } from "./fakes/start-fake.ts";
import { medianOf, spreadOf } from "./paired.ts";
import { usageOf } from "./process-usage.ts";
import { dueRefund, putRefunds, settledRefund } from "./refunds.ts";
import { report, round, type Table, verdict } from "./report.ts";

const table = "bench";
const upstreamMs = 200;
const memoryMb = 256;
const allShards = { shards: Array.from({ length: 16 }, (_, i) => String(i)) };
type Swept = { readonly ms: number; readonly cpuMs: number; readonly maxMb: number; readonly summary: SweepSummary };
type Sweeper = {
  readonly client: DynamoDBClient;
  readonly sweep: () => Promise<Swept>;
  /** What the engine has said that the sweeps consumed; empty where nobody counts. */
  readonly consumed: () => Promise<Consumed>;
};

/** A table, an upstream, and refund-recheck as it is bundled, for as long as `use` runs. */
async function withSweeper<T>(
  options: { concurrency: number; delayMs: number; refundStatus: string; counted: boolean; ladder?: string },
  use: (sweeper: Sweeper) => Promise<T>,
): Promise<T> {
  const data = mkdtempSync(join(tmpdir(), "refund-status-bench-"));
  const closers: (() => Promise<void>)[] = [];
  const opened = <Part extends { close(): Promise<void> }>(part: Part): Part => {
    closers.unshift(() => part.close());
    return part;
  };
  try {
    const stack = await localStack();
    const database = opened(await startDatabase({}));
    const client = localDynamoDb(database.endpoint);
    await createTable(client, table, stack.table);
    const secretsManager = opened(await startSecretsManager({ file: join(data, "secrets.json") }));
    await seedPlatform(localSecretsManager(secretsManager.url), undefined);
    const upstream = opened(await startFake("upstream", [String(options.delayMs), options.refundStatus]));
    const counting: Fake | undefined = options.counted
      ? opened(await startFake("counting-dynamodb", [database.endpoint]))
      : undefined;
    bundleFunction("refund-recheck", data);
    const deployed = stack.functions["refund-recheck"];
    const endpoints = { dynamodb: counting?.url ?? database.endpoint, secretsManager: secretsManager.url };
    const environment = {
      TABLE_NAME: table,
      CONCURRENCY: String(options.concurrency),
      // As Lambda starts its Node at this size.
      NODE_OPTIONS: `--max-semi-space-size=${Math.floor(memoryMb * 0.05)} --max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
    };
    const instances = opened(
      await startFunctionInstances({
        bundle: join(data, "index.mjs"),
        environment: {
          ...functionEnvironment(deployed, endpoints, {
            upstreamUrl: upstream.url,
            webhookLoopback: "",
            ladder: options.ladder,
          }),
          ...environment,
        },
        instances: 1,
        timeoutMs: deployed.timeoutMs,
        onLogLine: () => undefined,
      }),
    );
    const [pid = 0] = instances.pids();
    return await use({
      client,
      async sweep() {
        const before = usageOf(pid).cpuMs;
        const startedAt = performance.now();
        const summary = (await instances.invoke(allShards)) as SweepSummary;
        const ms = performance.now() - startedAt;
        const { cpuMs, maxMb } = usageOf(pid);
        return { ms, cpuMs: cpuMs - before, maxMb, summary };
      },
      consumed: async () => (counting === undefined ? {} : ((await (await fetch(counting.url)).json()) as Consumed)),
    });
  } finally {
    for (const close of closers) await close();
    rmSync(data, { recursive: true, force: true });
  }
}

/** Twice over the same refunds: the first time every answer takes the place of another, the second time it is the same again. */
async function rates(refunds: number, runs: number, concurrencies: readonly number[]): Promise<Table> {
  const rows = [];
  for (const concurrency of concurrencies) {
    const boundMs = (refunds / concurrency) * upstreamMs;
    const options = { concurrency, delayMs: upstreamMs, refundStatus: "PROCESSING", counted: false, ladder: "1s*5" };
    const taken = { "the same again": [] as Swept[], new: [] as Swept[] };
    for (let run = 0; run < runs; run++) {
      await withSweeper(options, async ({ client, sweep }) => {
        await putRefunds(client, table, refunds, dueRefund);
        taken.new.push(await sweep());
        // Until all of them are due again.
        await sleep(1_500);
        taken["the same again"].push(await sweep());
      });
    }
    for (const [answer, swept] of Object.entries(taken)) {
      const lost = swept.find(({ summary }) => summary.stillPending !== refunds);
      if (lost !== undefined) throw new Error(`not all were swept: ${JSON.stringify(lost.summary)}`);
      const { min, median, max } = spreadOf(swept.map(({ ms }) => ms));
      const memory = Math.max(...swept.map(({ maxMb }) => maxMb));
      const cpuMs = medianOf(swept.map((one) => one.cpuMs));
      rows.push([
        concurrency,
        answer,
        round(boundMs / 1000, 2),
        ...[min, median, max].map((ms) => round(ms / 1000, 2)),
        `${round((100 * boundMs) / min)} %`,
        round((1000 * cpuMs) / refunds, 0),
        round(memory, 0),
        concurrency === 200
          ? `time ${verdict((100 * boundMs) / min, 90, "higher")}, memory ${verdict(memory, 256)}`
          : "",
      ]);
    }
  }
  return {
    title: `recheck: ${refunds} due refunds, upstream ${upstreamMs} ms`,
    columns: [
      "at once",
      "answer",
      "bound s",
      "min s",
      "median s",
      "max s",
      "bound ÷ min",
      "CPU µs a refund",
      "max MB",
      "≥ 90 %, < 256 MB",
    ],
    rows,
    notes: [
      "The bound is refunds ÷ concurrency × upstream's time. Where an answer is new, the one before it is kept beside the refund, which is one more write. Function, engine and " +
        "upstream share this machine's processors; while the function needs a whole one, that and not waiting is the bound.",
    ],
  };
}

async function units(refunds: number): Promise<Table> {
  const rows = [];
  for (const [what, refundStatus, target] of [
    ["stays pending, new answer", "PROCESSING", 3],
    ["settles, new answer", "SUCCESS", 2],
  ] as const) {
    const options = { concurrency: 50, delayMs: 0, refundStatus, counted: true };
    const consumed = await withSweeper(options, async (sweeper) => {
      await putRefunds(sweeper.client, table, refunds, dueRefund);
      await sweeper.sweep();
      return await sweeper.consumed();
    });
    // A lease of the sweep is taken and given back once for each of the 16 shards.
    const perRefund = ((consumed.PutItem?.units ?? 0) - 2 * 16) / refunds;
    const answers = (consumed.BatchWriteItem?.units ?? 0) / refunds;
    const reads = ((consumed.Query?.units ?? 0) + (consumed.BatchGetItem?.units ?? 0)) / refunds;
    rows.push([
      what,
      refunds,
      round(perRefund, 2),
      round(answers, 2),
      round(reads, 2),
      target,
      verdict(perRefund, target),
    ]);
  }
  return {
    title: "recheck: capacity units a refund, as the engine counts them",
    columns: ["what", "refunds", "write: refund and index", "write: the answer before it", "read", "target", ""],
    rows,
    notes: [
      "An answer is kept beside its refund when another takes its place; the same answer again costs no write of its own. The 32 writes of a sweep's leases are left out.",
    ],
  };
}

async function settledBeside(due: number, settled: number, runs: number): Promise<Table> {
  const options = { concurrency: 200, delayMs: 0, refundStatus: "SUCCESS", counted: true };
  const rows = await withSweeper(options, async ({ client, sweep, consumed }) => {
    const result = [];
    let made = 0;
    for (const beside of [0, settled]) {
      if (beside > 0) await putRefunds(client, table, beside, (number) => settledRefund(10_000_000 + number));
      const taken = [];
      let read = 0;
      for (let run = 0; run < runs; run++) {
        const first = made;
        await putRefunds(client, table, due, (number) => dueRefund(first + number));
        made += due;
        const before = await consumed();
        taken.push((await sweep()).ms);
        const after = await consumed();
        const unitsOf = (sums: Consumed) => (sums.Query?.units ?? 0) + (sums.BatchGetItem?.units ?? 0);
        read = unitsOf(after) - unitsOf(before);
      }
      const { min, median, max } = spreadOf(taken);
      result.push([beside, due, round(min, 0), round(median, 0), round(max, 0), read]);
    }
    return result;
  });
  return {
    title: "recheck: settled refunds in the same table",
    columns: ["settled beside", "due", "min ms", "median ms", "max ms", "read units"],
    rows,
  };
}

export { rates };
export async function benchRecheck(runs: number): Promise<void> {
  report("recheck", [
    await rates(10_000, runs, [50, 200, 400]),
    await units(500),
    await settledBeside(1_000, 100_000, runs),
  ]);
}

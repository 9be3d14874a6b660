import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalRun, startLocalRun } from "../sandbox/local-run.ts";
import { localWebhookPrefix } from "../sandbox/local-secrets.ts";
import { localDynamoDb, localSecretsManager } from "../tools/local-aws.ts";
import { setWebhook } from "../tools/webhook-secrets.ts";
import { dueRefund, putRefunds } from "./refunds.ts";
import { report, round, type Table, verdict } from "./report.ts";

/** How long the partner's receiver takes, in ms. */
const receiverMs = 50;
const lanes = 10;
/** Webhooks to one endpoint that a lane has under way, which is half of its `tellConcurrency`. */
const perLane = 10;
const allShards = { shards: Array.from({ length: 16 }, (_, i) => String(i)) };

/** A receiver that answers after its time, and notes how old each event is at its first try. */
async function startReceiver() {
  const ages = new Map<string, number>();
  const server = createServer((request, response) => {
    const arrivedAt = Date.now();
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      const id = String(request.headers["webhook-id"]);
      const { timestamp } = JSON.parse(body) as { timestamp: string };
      if (!ages.has(id)) ages.set(id, arrivedAt - Date.parse(timestamp));
      setTimeout(() => response.end(), receiverMs);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((up) => {
    server.listen(0, "127.0.0.1", 4_096, up);
  });
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, ages, close };
}

/** Many refunds end at once, and all of them are told to one partner. */
async function finalsAtOnce(finals: number): Promise<Table> {
  const data = mkdtempSync(join(tmpdir(), "refund-status-bench-"));
  const receiver = await startReceiver();
  let local: LocalRun | undefined;
  try {
    local = await startLocalRun({
      port: 0,
      data,
      upstream: undefined,
      platform: undefined,
      instances: 1,
      // Settling goes on one at a time in each sweep, because here it would take the processors that telling needs.
      settings: { recheckConcurrency: "1", tellConcurrency: String(2 * perLane) },
      sweepEveryMs: 3_600_000,
      loopbackWebhooks: true,
      onLogLine: () => undefined,
    });
    const { dynamodb, secretsManager, partners } = local.ready;
    const [first] = partners;
    if (first === undefined) throw new Error("the local run has no partner");
    await setWebhook({ client: localSecretsManager(secretsManager.endpoint), prefix: localWebhookPrefix }, first, {
      url: receiver.url,
      configId: "bench",
      scheme: "v1",
    });
    await putRefunds(localDynamoDb(dynamodb.endpoint), dynamodb.table, finals, (number) => ({
      ...dueRefund(number),
      merOrderId: `SUCCESS-${number}`,
    }));
    const startedAt = Date.now();
    const { recheck, told } = await settleAndTell(local, receiver.ages, finals);
    const boundMs = (finals / (lanes * perLane)) * receiverMs;
    const ages = [...receiver.ages.values()].toSorted((a, b) => a - b);
    const at = (share: number) => ages[Math.min(ages.length - 1, Math.floor(share * ages.length))] ?? 0;
    return {
      title: `tell: ${finals} refunds end at once, a receiver of ${receiverMs} ms`,
      columns: [
        "settled in s",
        "told in s",
        "receiver's bound s",
        "p50 ms",
        "p90 ms",
        "p99 ms",
        "max ms",
        "p99 ≤ 2000 ms",
      ],
      rows: [
        [
          round((recheck - startedAt) / 1000, 1),
          round((told - startedAt) / 1000, 1),
          round(boundMs / 1000, 1),
          ...[at(0.5), at(0.9), at(0.99), at(1)].map((ms) => round(ms, 0)),
          verdict(at(0.99), 2_000),
        ],
      ],
      notes: [
        `From the change of state to the arrival of the first try. The bound is what ${lanes} lanes with ${perLane} webhooks each need for ` +
          "the receiver alone. Functions, engine, simulator and receiver share this machine's processors, so that these bound how fast " +
          "refunds settle.",
      ],
    };
  } finally {
    await local?.close();
    await receiver.close();
    rmSync(data, { recursive: true, force: true });
  }
}

async function settleAndTell(local: LocalRun, ages: ReadonlyMap<string, number>, finals: number) {
  await local.invoke("refund-recheck", allShards);
  const recheck = Date.now();
  const giveUpAt = recheck + 300_000;
  while (ages.size < finals && Date.now() < giveUpAt) await new Promise((next) => setTimeout(next, 20));
  if (ages.size < finals) throw new Error(`${finals - ages.size} of ${finals} were not told`);
  return { recheck, told: Date.now() };
}

export async function benchTell(runs: number): Promise<void> {
  const tables: Table[] = [];
  for (let run = 0; run < runs; run++) tables.push(await finalsAtOnce(10_000));
  report("tell", tables);
}

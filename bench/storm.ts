import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalRun } from "../sandbox/local-run.ts";
import { partnerSecretPrefix } from "../shared/names.ts";
import { localSecretsManager, localStage } from "../tools/local-aws.ts";
import { setShare } from "../tools/partner-secrets.ts";
import type { Ready } from "../tools/ready.ts";
import { report, round, verdict } from "./report.ts";
import { sendFromAProcess } from "./storm-senders.ts";

const share = 2;
const quietPerSecond = 20;
const stormPerSecond = 100 * share;
const seconds = 30;
const warmUpSeconds = 3;

/** One partner sends 100 times its share; another's time to answer must stay within twice its quiet value. */
export async function benchStorm(runs: number): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), "refund-status-bench-"));
  const local = await startLocalRun({
    port: 0,
    data,
    upstream: undefined,
    platform: undefined,
    instances: 2,
    settings: { partnerRate: String(share), partnerBurst: String(5 * share) },
    sweepEveryMs: 3_600_000,
    onLogLine: () => undefined,
  });
  try {
    const [stormy, calm] = local.ready.partners;
    if (stormy === undefined || calm === undefined) throw new Error("the local run lacks a partner");
    const where = {
      client: localSecretsManager(local.ready.secretsManager.endpoint),
      prefix: partnerSecretPrefix(localStage),
    };
    await setShare(where, calm.partnerId, { perSecond: 10 * quietPerSecond, burst: 10 * quietPerSecond });
    const rows = [];
    for (let run = 1; run <= runs; run++) rows.push(await measure(run, local.ready, stormy, calm));
    report("storm", [
      {
        title: `A storm of ${stormPerSecond} requests a second by a partner with a share of ${share}`,
        columns: ["run", "quiet p50", "quiet p99", "storm p50", "storm p99", "times", "bound 2", "429", "answered"],
        rows,
        notes: [
          `The other partner sends ${quietPerSecond} a second for ${seconds} s, each about a new refund; times in ms, as it sees them. Its own share is larger. Each sends from a process of its own.`,
        ],
      },
    ]);
  } finally {
    await local.close();
    rmSync(data, { recursive: true, force: true });
  }
}

type Partner = Ready["partners"][number];

async function measure(run: number, { url }: Ready, stormy: Partner, calm: Partner): Promise<(string | number)[]> {
  const calmly = { url, partner: calm, perSecond: quietPerSecond, seconds, warmUpSeconds };
  const quiet = await sendFromAProcess(calmly);
  const [within, storm] = await Promise.all([
    sendFromAProcess(calmly),
    sendFromAProcess({ url, partner: stormy, perSecond: stormPerSecond, seconds, warmUpSeconds }),
  ]);
  const times = within.p99 / quiet.p99;
  const ms = [quiet.p50, quiet.p99, within.p50, within.p99].map((value) => round(value));
  return [run, ...ms, round(times, 2), verdict(times, 2), storm.refused, storm.answered];
}

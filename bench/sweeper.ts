import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SweepSummary } from "../functions/refund-recheck/recheck-due.ts";
import { bundleFunctions } from "../infra/bundle/bundle-functions.ts";
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
import { usageOf } from "./process-usage.ts";

/** The table that a sweeper sweeps. */
export const table = "bench";

const memoryMb = 256;
const allShards = { shards: Array.from({ length: 16 }, (_, i) => String(i)) };

export type Swept = {
  readonly ms: number;
  readonly cpuMs: number;
  readonly maxMb: number;
  readonly summary: SweepSummary;
};
export type Sweeper = {
  readonly client: DynamoDBClient;
  readonly sweep: () => Promise<Swept>;
  /** What the engine has said that the sweeps consumed; empty where nobody counts. */
  readonly consumed: () => Promise<Consumed>;
};

/** A table, an upstream, and refund-recheck as it is bundled, for as long as `use` runs. */
export async function withSweeper<T>(
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
    await createTable(client, table, { ...stack.table, StreamSpecification: undefined });
    const secretsManager = opened(await startSecretsManager({ file: join(data, "secrets.json") }));
    await seedPlatform(localSecretsManager(secretsManager.url), undefined);
    const upstream = opened(await startFake("upstream", [String(options.delayMs), options.refundStatus]));
    const counting: Fake | undefined = options.counted
      ? opened(await startFake("counting-dynamodb", [database.endpoint]))
      : undefined;
    bundleFunctions(["refund-recheck"], data);
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
        bundle: join(data, "refund-recheck/index.mjs"),
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

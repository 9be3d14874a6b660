import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { noTelemetry } from "../console/metrics/service-metrics.ts";
import { startConsole } from "../console/start-console.ts";
import { startDatabase } from "../sandbox/database.ts";
import { startSecretsManager } from "../sandbox/secrets-manager/start-secrets-manager.ts";
import { localStack } from "../sandbox/stack/local-stack.ts";
import { createTable } from "../sandbox/table.ts";
import { feedPageItem } from "../shared/aws/feed-page-item.ts";
import { partnerSecretPrefix, webhookSecretPrefix } from "../shared/names.ts";
import { defaultLadders } from "../shared/refund/recheck-ladder.ts";
import { localDynamoDb, localSecretsManager } from "../tools/local-aws.ts";
import { addPartner } from "../tools/partner-secrets.ts";
import { dueRefund, putRefunds, settledRefund } from "./refunds.ts";
import { report, round, verdict } from "./report.ts";

const table = "bench";
const partnerId = "north-shop";
const pending = 50;
const boundMs = 300;
const times = 5;
const token = "bench";
/** As many as one page of a feed lists. */
const pageEntries = 40;

/** Every page and list of the console, with this many thousands of settled refunds on record and 50 pending. */
export async function benchConsole(thousands: number): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), "refund-status-bench-"));
  const database = await startDatabase({ file: join(data, "dynamodb.sqlite") });
  const secrets = await startSecretsManager({ file: join(data, "secrets.json") });
  const client = localDynamoDb(database.endpoint);
  try {
    const stack = await localStack();
    await createTable(client, table, stack.table);
    const settled = thousands * 1_000;
    await putRefunds(client, table, settled, settledRefund);
    await putFeed(client, settled);
    await putRefunds(client, table, pending, (number) => dueRefund(settled + number));

    const secretsClient = localSecretsManager(secrets.url);
    const partners = { client: secretsClient, prefix: partnerSecretPrefix("local") };
    await addPartner(partners, partnerId, ["898310148160568"]);
    const units = countUnits(client);
    const server = await startConsole({
      client,
      table,
      port: 0,
      token,
      isReadOnly: true,
      partners,
      webhooks: { client: secretsClient, prefix: webhookSecretPrefix("local") },
      openPartnerAudit: async () => ({ record: (_change, _client, make) => make(), read: async () => [] }),
      telemetry: noTelemetry,
      ladders: defaultLadders,
      localRun: undefined,
      by: "bench",
      now: Date.now,
      random: Math.random,
      sleep: async () => undefined,
    });
    const { origin, port } = new URL(server.url);
    const refund = (number: number) => `/refunds/898310148160568/APPDEFAULT/BENCH-${number}`;
    const paths: [string, shows: number][] = [
      ["/", pending],
      ["/refunds", pending],
      ["/refunds?state=processing&sort=age", pending],
      ["/refunds?list=ended", 100],
      ["/refunds.csv", pending],
      [`/refunds?q=BENCH-${settled}`, 1],
      [refund(settled), 1],
      [refund(1), 1],
      ["/partners", 0],
    ];
    const rows: (readonly (string | number)[])[] = [];
    // The first page of a process also loads and compiles what makes it.
    await fetch(`${origin}/`, { headers: { cookie: `refund-console-${port}=${token}` } });
    for (const [path, shows] of paths) {
      const took: number[] = [];
      let read = 0;
      for (let i = 0; i < times; i++) {
        units.forget();
        const startedAt = performance.now();
        const response = await fetch(origin + path, {
          redirect: "manual",
          headers: { cookie: `refund-console-${port}=${token}` },
        });
        await response.text();
        took.push(performance.now() - startedAt);
        read = units.sum();
      }
      const slowest = Math.max(...took);
      rows.push([path, shows, round(slowest, 0), round(read, 1), verdict(slowest, boundMs)]);
    }
    await server.close();
    report("console", [
      {
        title: `The console with ${settled} settled refunds on record and ${pending} pending`,
        columns: ["page", "refunds shown", `slowest of ${times}, ms`, "read units", `at most ${boundMs} ms`],
        rows,
        notes: [
          "A refund is one unit. Empty shards of the index are half a unit each: 16 of what is checked, of what is told, of what only a person checks, and of what is dead.",
        ],
      },
    ]);
  } finally {
    await secrets.close();
    await database.close();
    rmSync(data, { recursive: true, force: true });
  }
}

/** The feed of the one partner, which lists every settled refund, the last ones a moment ago. */
async function putFeed(client: DynamoDBClient, settled: number): Promise<void> {
  const pages = Math.ceil(settled / pageEntries);
  const now = Date.now();
  for (let number = 1; number <= pages; number += 25) {
    const requests = Array.from({ length: Math.min(25, pages - number + 1) }, (_, i) => {
      const page = number + i;
      const entries = Array.from({ length: pageEntries }, (_, j) => ({
        refund: settledRefund((page - 1) * pageEntries + j),
        sequence: 3,
      }));
      return {
        PutRequest: { Item: feedPageItem(partnerId, { number: page, at: now - (pages - page) * 1_000, entries }) },
      };
    });
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
}

/** Adds up what the engine says that each call of a client consumed. */
function countUnits(client: DynamoDBClient) {
  let sum = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: "TOTAL" });
      const result = await next(args);
      const { ConsumedCapacity = [] } = result.output as { ConsumedCapacity?: Capacity | Capacity[] };
      for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat()) sum += CapacityUnits;
      return result;
    },
    { step: "initialize" },
  );
  return {
    sum: () => sum,
    forget: () => {
      sum = 0;
    },
  };
}

type Capacity = { readonly CapacityUnits?: number };

import { settingsSchema } from "../infra/settings.ts";
import type { Consumed } from "./fakes/counting-dynamodb.ts";
import { withLocalService } from "./local-service.ts";
import { report, round, type Table, verdict } from "./report.ts";
import { measureTelling, type Told } from "./telling-cost.ts";

/** List prices of us-east-1 in USD, without free tiers. */
const price = {
  httpApiRequest: 1.0e-6,
  lambdaRequest: 0.2e-6,
  /** arm64. */
  lambdaGbSecond: 0.0000133334,
  dynamoDbWriteUnit: 0.625e-6,
  dynamoDbReadUnit: 0.125e-6,
  logsGb: 0.5,
  secretsManagerCall: 5.0e-6,
  schedulerInvocation: 1.0e-6,
};

/** As deployed, in MB. */
const { queryMemoryMb, recheckMemoryMb, tellMemoryMb } = settingsSchema.parse({ stage: "prod" });
/** Lambda gives a whole CPU at this size, in MB, and its share below. */
const wholeCpuMb = 1_769;

/** What this machine cannot tell. */
const assumed = {
  /** Until ChinaUMS answers, from China. */
  upstreamMs: 200,
  /** A call of DynamoDB from Lambda; the function is billed while it waits. */
  dynamoDbMs: 6,
  /** Of a whole CPU: our own work in a request, the SDK's and the sockets' included. */
  ownCpuMs: 1,
  /** API Gateway's line about a request; of Lambda's own there are none where all goes well. */
  accessLogBytes: 315,
  /** A line is billed for this many bytes more. */
  logLineBytes: 26,
  /** An instance checks a secret up every 5 minutes while requests come; at one a second it is called once in 300. */
  requestsPerSecretCall: 300,
  /** Looks after the partner's own until a refund is final; most settle within minutes, the ladder's first steps are 1 min. */
  rechecksPerRefund: 4,
  /** Until a partner's endpoint has answered a webhook. */
  webhookMs: 50,
  /** Refunds that come due in one minute of one group of shards. */
  refundsPerSweep: 25,
  /** How many of them are asked about at once. */
  concurrency: 25,
};

type Share = readonly [what: string, quantity: string, usdPerMillion: number];
type Measured = { readonly units: number; readonly logBytes: number };

/** What one kind of request costs DynamoDB and the log, as the engine and the function themselves say. */
async function measure(
  refundStatus: string,
  keys: "derived" | "chosen" = "derived",
): Promise<{ first: Measured; again: Measured }> {
  const requests = 40;
  const options = { instances: 1, upstreamMs: 0, refundStatus, counted: "refund-query" } as const;
  return await withLocalService(options, async ({ ask, consumed, logLines }) => {
    const askAll = async (): Promise<Measured> => {
      logLines();
      await consumed();
      for (let i = 0; i < requests; i++) {
        await ask(`COST-${i}-X`, keys === "chosen" ? { "idempotency-key": `key-${i}` } : {});
      }
      const writes: Consumed = await consumed();
      const units = Object.values(writes).reduce((sum, one) => sum + one.units, 0);
      const bytes = logLines().reduce((sum, line) => sum + Buffer.byteLength(line) + assumed.logLineBytes, 0);
      return { units: units / requests, logBytes: bytes / requests };
    };
    return { first: await askAll(), again: await askAll() };
  });
}

function timeUsd(ms: number, memoryMb: number): number {
  return price.lambdaGbSecond * (ms / 1000) * (memoryMb / 1024);
}

function request(
  { units, logBytes }: Measured,
  calls: { dynamoDb: number; upstream: number },
  writeUnits = units,
): Share[] {
  const ownMs = (assumed.ownCpuMs * wholeCpuMb) / queryMemoryMb;
  const ms = calls.dynamoDb * assumed.dynamoDbMs + calls.upstream * assumed.upstreamMs + ownMs;
  const logged = logBytes + assumed.accessLogBytes + assumed.logLineBytes;
  const million = 1e6;
  return [
    ["HTTP API", "1 request", price.httpApiRequest * million],
    ["Lambda, requests", "1", price.lambdaRequest * million],
    ["Lambda, time", `${round(ms, 0)} ms at ${queryMemoryMb} MB`, timeUsd(ms, queryMemoryMb) * million],
    ["DynamoDB, writes", `${round(writeUnits, 2)} units`, price.dynamoDbWriteUnit * writeUnits * million],
    ["logs", `${round(logged, 0)} bytes`, (price.logsGb / 1e9) * logged * million],
    [
      "Secrets Manager",
      `1 call in ${assumed.requestsPerSecretCall}`,
      (price.secretsManagerCall / assumed.requestsPerSecretCall) * million,
    ],
  ];
}

/** A refund's rechecks: the index is read, the refund too, upstream asked, the outcome written; the last check settles it. */
function rechecks(): Share[] {
  const { rechecksPerRefund: checks, refundsPerSweep, concurrency } = assumed;
  // As `npm run bench -- recheck` counts them: 3 while pending, 2 when it settles, 1 for the answer that the last check replaces.
  const writes = 3 * (checks - 1) + 2 + 1;
  const reads = 2.05 * checks;
  const sweepMs = Math.ceil(refundsPerSweep / concurrency) * assumed.upstreamMs + 8 * assumed.dynamoDbMs;
  const ms = (checks * sweepMs) / refundsPerSweep;
  const logged = (checks * (1_600 + assumed.logLineBytes)) / refundsPerSweep;
  const million = 1e6;
  return [
    ["DynamoDB, writes", `${writes} units`, price.dynamoDbWriteUnit * writes * million],
    ["DynamoDB, reads", `${round(reads, 1)} units`, price.dynamoDbReadUnit * reads * million],
    [
      "Lambda, requests",
      `${round(checks / refundsPerSweep, 2)}`,
      (price.lambdaRequest * checks * million) / refundsPerSweep,
    ],
    ["Lambda, time", `${round(ms, 0)} ms at ${recheckMemoryMb} MB`, timeUsd(ms, recheckMemoryMb) * million],
    ["logs", `${round(logged, 0)} bytes`, (price.logsGb / 1e9) * logged * million],
  ];
}

/** One partner is told of one refund by an invocation of `perInvocation` refunds, which ends with the last webhook. */
function telling({ writeUnits, readUnits, logBytes }: Told, perInvocation: number, tries: number): Share[] {
  const ownMs = (perInvocation * assumed.ownCpuMs * wholeCpuMb) / tellMemoryMb;
  // The refunds are read, a page and then the events are put, and the refunds are marked.
  const ms = (4 * assumed.dynamoDbMs + tries * assumed.webhookMs + ownMs) / perInvocation;
  const million = 1e6;
  return [
    ["DynamoDB, writes", `${round(writeUnits, 2)} units`, price.dynamoDbWriteUnit * writeUnits * million],
    ["DynamoDB, reads", `${round(readUnits, 2)} units`, price.dynamoDbReadUnit * readUnits * million],
    ["Lambda, requests", `${round(1 / perInvocation, 3)}`, (price.lambdaRequest * million) / perInvocation],
    ["Lambda, time", `${round(ms, 0)} ms at ${tellMemoryMb} MB`, timeUsd(ms, tellMemoryMb) * million],
    ["logs", `${round(logBytes, 0)} bytes`, (price.logsGb / 1e9) * logBytes * million],
  ];
}

/** What the schedules cost in a month when nothing is due: 4 groups of shards and one sweep that tells, once a minute. */
function idle(): Share[] {
  const minutes = 60 * 24 * 30;
  const rechecks = 4 * minutes;
  const recheckMs = 4 * assumed.dynamoDbMs + (assumed.ownCpuMs * wholeCpuMb) / recheckMemoryMb;
  const tellMs = 4 * assumed.dynamoDbMs + (assumed.ownCpuMs * wholeCpuMb) / tellMemoryMb;
  // A sweep looks at its 4 shards. One that tells looks at 16 for the oldest, and at 16 each for refunds and deliveries.
  const reads = (rechecks * 4 + minutes * 48) * 0.5;
  // A sweep that tells takes its lease and gives it back, and one that checks only where something is due.
  const writes = 2 * minutes;
  return [
    ["EventBridge Scheduler", `${rechecks + minutes}`, price.schedulerInvocation * (rechecks + minutes)],
    [
      "Lambda",
      `${rechecks} × ${round(recheckMs, 0)} ms, ${minutes} × ${round(tellMs, 0)} ms`,
      price.lambdaRequest * (rechecks + minutes) +
        timeUsd(recheckMs, recheckMemoryMb) * rechecks +
        timeUsd(tellMs, tellMemoryMb) * minutes,
    ],
    ["DynamoDB, reads", `${reads} units`, price.dynamoDbReadUnit * reads],
    ["DynamoDB, writes", `${writes} units`, price.dynamoDbWriteUnit * writes],
    ["logs", `${round(((rechecks + minutes) * 750) / 1e6, 0)} MB`, (price.logsGb / 1e9) * (rechecks + minutes) * 750],
  ];
}

function table(title: string, shares: readonly Share[], target?: number): Table {
  const sum = shares.reduce((total, [, , usd]) => total + usd, 0);
  const rows = shares.map(([what, quantity, usd]) => [what, quantity, usd.toFixed(2)]);
  const notes = target === undefined ? [] : [`Target ${target.toFixed(2)}: ${verdict(sum, target)}.`];
  return { title, columns: ["", "of each", "USD"], rows: [...rows, ["**together**", "", sum.toFixed(2)]], notes };
}

export async function benchCost(): Promise<void> {
  const pending = await measure("PROCESSING");
  const settled = await measure("SUCCESS");
  const chosen = await measure("SUCCESS", "chosen");
  const told = await measureTelling(assumed.logLineBytes);
  const asked = { dynamoDb: 2, upstream: 1 };
  // DynamoDB bills a put whose condition does not hold; the local engine does not say so.
  const refused = 1;
  report("cost", [
    table(
      "cost: a million requests, each about a refund that is final already",
      request(settled.again, { dynamoDb: 1, upstream: 0 }, refused),
      5,
    ),
    table("cost: a million requests, each the first about its refund, which settles", request(settled.first, asked), 5),
    table(
      "cost: a million requests, each the first about its refund, which stays pending",
      request(pending.first, asked),
      5,
    ),
    table(
      "cost: a million requests, each the first about its refund, which settles, and with an Idempotency-Key",
      request(chosen.first, asked),
    ),
    table(`cost: the rechecks of a million refunds, ${assumed.rechecksPerRefund} each`, rechecks()),
    table("cost: a million refunds told to one partner, 40 at once, no webhook", telling(told.together, 40, 0)),
    table("cost: a million refunds told to one partner, each alone, no webhook", telling(told.alone, 1, 0)),
    table("cost: a million refunds told to one partner, each alone, by webhook", telling(told.alone, 1, 1)),
    table(
      "cost: a million refunds told to one partner, each alone, by a webhook that fails once",
      telling(told.failedOnce, 1, 2),
    ),
    table("cost: a month in which nothing is due", idle()),
  ]);
}

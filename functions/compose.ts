import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { clientSettings } from "../shared/aws/client-settings.ts";
import { createSecretsClient } from "../shared/aws/secrets-client.ts";
import { tunedClient } from "../shared/aws/tuned-client.ts";
import * as answerForm from "../shared/chinaums/refund-query/stored-answer.ts";
import { createLog } from "../shared/telemetry/log.ts";
import type { BaseEnv } from "./service-env.ts";
import { type WarmUpDeps, warmUp } from "./warm-up.ts";

/** More than these would all be opened at once when a sweep begins, and cost more than waiting does. */
const maxSocketsToAws = 100;
/** How long the start of an instance waits for its warm-up, in ms. */
const warmUpBoundMs = 2_500;

/**
 * What every function is made of: clock, chance, clients, log and warm-up. `concurrency` is the most pieces of work that one
 * instance has under way at once.
 */
export function compose(env: BaseEnv, { concurrency }: { readonly concurrency: number }) {
  const now = Date.now;
  const random = Math.random;
  // 32 hex digits. A random UUID is drawn in advance, where random bytes cost a system call each time.
  const newId = () => randomUUID().replaceAll("-", "");
  // Half of that tells owners of leases apart as well, and keeps a refund's item small.
  const newOwner = () => newId().slice(0, 16);

  const settings = clientSettings(Math.min(concurrency, maxSocketsToAws));
  const secrets = createSecretsClient(Math.min(concurrency, maxSocketsToAws));
  const table = { client: tunedClient(new DynamoDBClient(settings)), table: env.TABLE_NAME, sleep, random };
  const log = createLog({ stage: env.STAGE, write: (line) => process.stdout.write(`${line}\n`), now });

  return {
    secrets,
    table,
    storeDeps: { ...table, shards: Number(env.SHARDS), answerForm, now },
    log,
    now,
    random,
    newId,
    newOwner,
    sleep,
    /** Does the first works of an instance, each under its name. Never throws. */
    warmUp: (works: WarmUpDeps["works"]) => warmUp({ works, boundMs: warmUpBoundMs, log, now }),
  };
}

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createDynamoRecheckStore } from "../../shared/aws/dynamo-recheck-store.ts";
import { createDynamoTokenStore } from "../../shared/aws/dynamo-token-store.ts";
import { createPlatformSecret } from "../../shared/aws/platform-secret.ts";
import { awsTimeouts } from "../../shared/aws/timeouts.ts";
import { tunedClient } from "../../shared/aws/tuned-client.ts";
import * as answerForm from "../../shared/chinaums/refund-query/stored-answer.ts";
import { createPost } from "../../shared/chinaums/transport/post.ts";
import { createUpstream } from "../../shared/chinaums/upstream.ts";
import { parseLadder } from "../../shared/refund/recheck-ladder.ts";
import { createLog } from "../../shared/telemetry/log.ts";
import { warmUp } from "../warm-up.ts";
import { refundRecheckEnvSchema } from "./env.ts";
import { createRefundRecheckHandler } from "./handler.ts";
import { createRecheckDue } from "./recheck-due.ts";

const env = refundRecheckEnvSchema.parse(process.env);
const concurrency = Number(env.CONCURRENCY);
const now = Date.now;
const random = Math.random;
const sockets = { maxSockets: Math.min(concurrency, 100) };
// 32 hex digits; random bytes by themselves cost a system call each time, these are drawn in advance.
const newId = () => randomUUID().replaceAll("-", "");

const table = {
  // Enough for thousands of writes a second; more would all be opened at once when a sweep begins, and cost more than waiting.
  client: tunedClient(
    new DynamoDBClient({ requestHandler: { ...awsTimeouts, httpAgent: sockets, httpsAgent: sockets } }),
  ),
  table: env.TABLE_NAME,
  sleep,
  random,
};
const store = createDynamoRecheckStore({ ...table, shards: Number(env.SHARDS), answerForm, now });
const post = createPost({ baseUrl: env.UPSTREAM_BASE_URL, maxSockets: concurrency, now });
const secrets = tunedClient(new SecretsManagerClient({ requestHandler: awsTimeouts }));
const platformSecret = createPlatformSecret(secrets, env.PLATFORM_SECRET_ID, now);
const { checkUpstream, authorizeAhead } = createUpstream(env, {
  post,
  credentials: platformSecret,
  tokenStore: createDynamoTokenStore(table),
  now,
  random,
  newId,
  sleep,
});
const log = createLog({ stage: env.STAGE, write: (line) => process.stdout.write(`${line}\n`), now });

export const handler = createRefundRecheckHandler({
  recheckDue: createRecheckDue({
    store,
    checkUpstream,
    ladders: { open: parseLadder(env.OPEN_LADDER), notFound: parseLadder(env.NOT_FOUND_LADDER) },
    concurrency,
    now,
    random,
    newOwner: newId,
    sleep,
  }),
  log,
  now,
});

await warmUp({
  works: {
    platformSecret: platformSecret.current,
    table: () => store.oldestDueAt("0", 0),
    upstream: post.connect,
    authentication: authorizeAhead,
  },
  boundMs: 2_500,
  log,
  now,
});

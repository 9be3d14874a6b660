import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createDynamoRecheckStore } from "../../shared/aws/dynamo-recheck-store.ts";
import { createPlatformSecret } from "../../shared/aws/platform-secret.ts";
import { awsTimeouts } from "../../shared/aws/timeouts.ts";
import { answerMembers } from "../../shared/chinaums/answer-fields.ts";
import { createLookUpstream } from "../../shared/chinaums/look-upstream.ts";
import { createPost } from "../../shared/chinaums/post.ts";
import { createLog } from "../../shared/log.ts";
import { createRecheckDue } from "../../shared/refund/recheck-due.ts";
import { parseLadder } from "../../shared/refund/recheck-ladder.ts";
import { refundRecheckEnvSchema } from "./env.ts";
import { createRefundRecheckHandler } from "./handler.ts";

const env = refundRecheckEnvSchema.parse(process.env);
const concurrency = Number(env.CONCURRENCY);
const now = Date.now;
const random = Math.random;
const sockets = { maxSockets: concurrency };
const newId = () => randomBytes(16).toString("hex");

const store = createDynamoRecheckStore({
  // With fewer sockets than refunds being written down, the writes would wait for each other.
  client: new DynamoDBClient({ requestHandler: { ...awsTimeouts, httpAgent: sockets, httpsAgent: sockets } }),
  table: env.TABLE_NAME,
  shards: Number(env.SHARDS),
  answerMembers,
  sleep,
  random,
});
const lookUpstream = createLookUpstream({
  post: createPost({ baseUrl: env.UPSTREAM_BASE_URL, maxSockets: concurrency, now }),
  credentials: createPlatformSecret(
    new SecretsManagerClient({ requestHandler: awsTimeouts }),
    env.PLATFORM_SECRET_ID,
    now,
  ),
  now,
  newId,
  attemptMs: 8_000,
});

export const handler = createRefundRecheckHandler({
  recheckDue: createRecheckDue({
    store,
    lookUpstream,
    ladders: { open: parseLadder(env.OPEN_LADDER), notFound: parseLadder(env.NOT_FOUND_LADDER) },
    concurrency,
    now,
    random,
    newOwner: newId,
    sleep,
  }),
  log: createLog({ stage: env.STAGE, write: (line) => process.stdout.write(`${line}\n`), now }),
  now,
});

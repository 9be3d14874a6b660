import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createDynamoRefundStore } from "../../shared/aws/dynamo-refund-store.ts";
import { createDynamoTokenStore } from "../../shared/aws/dynamo-token-store.ts";
import { createPartnerSecrets } from "../../shared/aws/partner-secrets.ts";
import { createPlatformSecret } from "../../shared/aws/platform-secret.ts";
import { awsTimeouts } from "../../shared/aws/timeouts.ts";
import { tunedClient } from "../../shared/aws/tuned-client.ts";
import * as answerForm from "../../shared/chinaums/refund-query/stored-answer.ts";
import { createPost } from "../../shared/chinaums/transport/post.ts";
import { createUpstream } from "../../shared/chinaums/upstream.ts";
import { createAuthenticatePartner } from "../../shared/partner/authenticate-partner.ts";
import { parseLadder } from "../../shared/refund/recheck-ladder.ts";
import { createLog } from "../../shared/telemetry/log.ts";
import { warmUp } from "../warm-up.ts";
import { createAnswerStatusRequest } from "./answer-status-request.ts";
import { refundQueryEnvSchema } from "./env.ts";
import { createRefundQueryHandler } from "./handler.ts";
import { defaultTimes } from "./status-request.ts";

const env = refundQueryEnvSchema.parse(process.env);
const now = Date.now;
const random = Math.random;
// 32 hex digits; random bytes by themselves cost a system call each time, these are drawn in advance.
const newId = () => randomUUID().replaceAll("-", "");

const secrets = tunedClient(new SecretsManagerClient({ requestHandler: awsTimeouts }));
const table = {
  client: tunedClient(new DynamoDBClient({ requestHandler: awsTimeouts })),
  table: env.TABLE_NAME,
  sleep,
  random,
};
const store = createDynamoRefundStore({ ...table, shards: Number(env.SHARDS), answerForm });
const post = createPost({ baseUrl: env.UPSTREAM_BASE_URL, maxSockets: 50, now });
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

export const handler = createRefundQueryHandler({
  authenticatePartner: createAuthenticatePartner(createPartnerSecrets(secrets, env.PARTNER_SECRET_PREFIX, now), now),
  answerStatusRequest: createAnswerStatusRequest({
    store,
    checkUpstream,
    ladders: { open: parseLadder(env.OPEN_LADDER), notFound: parseLadder(env.NOT_FOUND_LADDER) },
    times: defaultTimes,
    now,
    random,
    newOwner: randomUUID,
    sleep,
  }),
  log,
  now,
});

await warmUp({
  works: {
    platformSecret: platformSecret.current,
    table: () => store.read({ mid: "-", instMid: "-", merOrderId: "-" }),
    upstream: post.connect,
    authentication: authorizeAhead,
  },
  boundMs: 2_500,
  log,
  now,
});

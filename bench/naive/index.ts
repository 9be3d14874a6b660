/**
 * What most projects would ship for this job: Powertools for logs, traces, metrics and idempotency, middy, zod, both clients of
 * the SDK, each imported as its first page of documentation says. It is the peer that ours is measured against, so it works:
 * the same request, checked, asked, written down and answered.
 */
import { createHash, createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { IdempotencyConfig } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { makeHandlerIdempotent } from "@aws-lambda-powertools/idempotency/middleware";
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { Tracer } from "@aws-lambda-powertools/tracer";
import { captureLambdaHandler } from "@aws-lambda-powertools/tracer/middleware";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { z } from "zod";

const serviceName = "refund-query";
const logger = new Logger({ serviceName });
const tracer = new Tracer({ serviceName });
const metrics = new Metrics({ serviceName, namespace: "RefundStatus" });
const dynamo = DynamoDBDocumentClient.from(tracer.captureAWSv3Client(new DynamoDBClient({})));
const secretsManager = tracer.captureAWSv3Client(new SecretsManagerClient({}));
const TableName = process.env.TABLE_NAME ?? "";

const requestSchema = z.object({
  requestTimestamp: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
  merOrderId: z.string().min(6).max(32),
  instMid: z.string().min(1).max(32),
  mid: z.string().length(15),
  tid: z.string().length(8),
  msgId: z.string().max(64).optional(),
  srcReserve: z.string().max(255).optional(),
});
const partnerSchema = z.object({
  partnerId: z.string(),
  appId: z.string(),
  appKeys: z.array(z.string()),
  mids: z.array(z.string()),
});
const platformSchema = z.object({ appId: z.string(), appKey: z.string() });
const answerSchema = z.object({ errCode: z.string(), refundStatus: z.string().optional() }).loose();

const secrets = new Map<string, unknown>();
async function getSecret<T>(SecretId: string, schema: z.ZodType<T>): Promise<T> {
  if (!secrets.has(SecretId)) {
    const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
    secrets.set(SecretId, schema.parse(JSON.parse(SecretString ?? "")));
  }
  return secrets.get(SecretId) as T;
}

function sign(appId: string, appKey: string, timestamp: string, nonce: string, body: string): string {
  const bodyHash = createHash("sha256").update(body).digest("hex");
  return createHmac("sha256", appKey)
    .update(appId + timestamp + nonce + bodyHash)
    .digest("base64");
}

const beijing = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19);
const answerOf = (statusCode: number, body: object) => ({
  statusCode,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

async function answer(event: APIGatewayProxyEventV2) {
  const body = event.body ?? "";
  const parameters = new Map(
    [...(event.headers.authorization ?? "").matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value ?? ""]),
  );
  const [appId = "", timestamp = "", nonce = ""] = ["AppId", "Timestamp", "Nonce"].map((name) => parameters.get(name));
  const partner = await getSecret(`${process.env.PARTNER_SECRET_PREFIX}${appId}`, partnerSchema);
  const expected = Buffer.from(sign(appId, partner.appKeys[0] ?? "", timestamp, nonce, body));
  const given = Buffer.from(parameters.get("Signature") ?? "");
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return answerOf(401, { errCode: "1000" });
  const request = requestSchema.safeParse(JSON.parse(body));
  if (!request.success) return answerOf(400, { errCode: "BAD_REQUEST", errors: request.error.issues });
  if (!partner.mids.includes(request.data.mid)) return answerOf(403, { errCode: "1001" });

  const platform = await getSecret(process.env.PLATFORM_SECRET_ID ?? "", platformSchema);
  const question = JSON.stringify({
    ...request.data,
    requestTimestamp: beijing().replace("T", " "),
    msgId: randomUUID(),
  });
  const [askedAt, askedWith] = [beijing().replace(/\D/g, ""), randomUUID()];
  const signature = sign(platform.appId, platform.appKey, askedAt, askedWith, question);
  const response = await fetch(`${process.env.UPSTREAM_BASE_URL}/v1/netpay/refund-query`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Authorization: `OPEN-BODY-SIG AppId="${platform.appId}",Timestamp="${askedAt}",Nonce="${askedWith}",Signature="${signature}"`,
    },
    body: question,
    signal: AbortSignal.timeout(8_000),
  });
  const answered = answerSchema.parse(await response.json());
  const { mid, instMid, merOrderId } = request.data;
  const state =
    answered.refundStatus === "SUCCESS" ? "succeeded" : answered.refundStatus === "FAIL" ? "failed" : "pending";
  await dynamo.send(
    new PutCommand({
      TableName,
      Item: {
        pk: `REFUND#${mid}#${instMid}#${merOrderId}`,
        sk: "STATE",
        state,
        answer: answered,
        checkedAt: Date.now(),
      },
    }),
  );
  metrics.addMetric("Checks", MetricUnit.Count, 1);
  logger.info("answered", { merOrderId, state });
  return answerOf(200, { ...answered, recheck: { state, final: state !== "pending" } });
}

export const handler = middy(answer)
  .use(injectLambdaContext(logger))
  .use(captureLambdaHandler(tracer))
  .use(logMetrics(metrics))
  .use(
    makeHandlerIdempotent({
      persistenceStore: new DynamoDBPersistenceLayer({ tableName: TableName, keyAttr: "pk", sortKeyAttr: "sk" }),
      config: new IdempotencyConfig({ eventKeyJmesPath: "[headers.authorization, body]" }),
    }),
  );

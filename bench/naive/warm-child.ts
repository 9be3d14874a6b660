/**
 * The naive function without its I/O, as bench/warm-child.ts has ours: its own module, whole, with functions that answer at once in
 * place of what talks. Bundled as the naive function is; prints CPU µs a call.
 */
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { cpuPerCall } from "../cpu-per-call.ts";
import { partnerSecret, platformSecret, signedEvent } from "../partner-event.ts";

const answerText = process.argv[2] ?? "{}";
const secretOf: Record<string, object> = {
  platform: platformSecret,
  [`partners/${partnerSecret.appId}`]: partnerSecret,
};
Object.assign(process.env, {
  TABLE_NAME: "refunds",
  PLATFORM_SECRET_ID: "platform",
  PARTNER_SECRET_PREFIX: "partners/",
});

const nothing = async () => undefined;
Object.assign(DynamoDBPersistenceLayer.prototype, { _putRecord: nothing, _updateRecord: nothing });
Object.assign(DynamoDBDocumentClient.prototype, { send: nothing });
Object.assign(SecretsManagerClient.prototype, {
  send: async ({ input }: { input: { SecretId: string } }) => ({
    SecretString: JSON.stringify(secretOf[input.SecretId]),
  }),
});
Object.assign(globalThis, { fetch: async () => ({ json: async () => JSON.parse(answerText) }) });
Object.assign(AbortSignal, { timeout: () => undefined });

async function main(): Promise<void> {
  const { handler } = await import("./index.ts");
  const context = { awsRequestId: "request", functionName: "bench", getRemainingTimeInMillis: () => 28_000 };
  const event = signedEvent("FIRST-0001");
  const print = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  const measured = await cpuPerCall(async () => await handler(event as never, { ...context } as never));
  print(JSON.stringify(measured));
}

void main();

/**
 * Naive without its I/O, as `../warm-child.ts` is ours: its clients' `send` and `fetch` answer at once, what it logs goes nowhere.
 * Bundled as it would be deployed; prints CPU µs a call.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import { partnerSecret, platformSecret, signedEvent } from "../partner-event.ts";
import { tellCpu } from "../tell-cpu.ts";
import { handler } from "./index.ts";

const sample = JSON.parse(process.argv[2] ?? "{}") as Record<string, unknown>;
const answerText = JSON.stringify({
  ...sample,
  merOrderId: "FIRST-0001",
  refundOrderId: "",
  refundStatus: "PROCESSING",
});

/** What all clients of the SDK have in common. */
const client = Object.getPrototypeOf(DynamoDBClient.prototype) as { send(command: object): Promise<unknown> };
client.send = async (command) => {
  const { SecretId } = (command as { input: { SecretId?: string } }).input;
  if (SecretId === undefined) return {};
  return { SecretString: JSON.stringify(SecretId === process.env.PLATFORM_SECRET_ID ? platformSecret : partnerSecret) };
};
globalThis.fetch = async () => ({ json: async () => JSON.parse(answerText) as unknown }) as Response;
process.stdout.write = () => true;

const event = signedEvent("FIRST-0001");
const context = { awsRequestId: "request", functionName: "bench", getRemainingTimeInMillis: () => 28_000 };
tellCpu(async () => {
  const { statusCode, body } = await handler(event as never, { ...context } as Context);
  if (statusCode !== 200) throw new Error(`${statusCode}: ${body}`);
});

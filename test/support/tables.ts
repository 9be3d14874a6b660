import {
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactionConflictException,
} from "@aws-sdk/client-dynamodb";
import { inject } from "vitest";
import { createTable } from "../../sandbox/table.ts";
import type { Item } from "../../shared/aws/attributes.ts";
import { createDynamoRefundStore } from "../../shared/aws/dynamo-refund-store.ts";
import { localDynamoDb } from "../../tools/local-aws.ts";
import { testLayout } from "./refund-items.ts";

let tables = 0;

/** A table of its own in the engine that all tests share, as the deployment defines it. */
export async function newTable(): Promise<{ client: DynamoDBClient; table: string }> {
  const client = localDynamoDb(inject("dynamoDbEndpoint"));
  const table = `test-${process.pid}-${++tables}`;
  await createTable(client, table, inject("tableDefinition"));
  return { client, table };
}

/** Puts an item as it is, whatever the service would have written. */
export async function putItem({ client, table }: { client: DynamoDBClient; table: string }, Item: Item): Promise<void> {
  await client.send(new PutItemCommand({ TableName: table, Item }));
}

export function storeOn({ client, table }: { client: DynamoDBClient; table: string }) {
  return createDynamoRefundStore(storeOptions({ client, table }));
}

export function storeOptions({ client, table }: { client: DynamoDBClient; table: string }) {
  const sleep = async () => undefined;
  return { client, table, ...testLayout, now: Date.now, sleep, random: Math.random };
}

/** The names of the operations that a client sends from now on, in order. */
export function recordOperations(client: DynamoDBClient): string[] {
  const operations: string[] = [];
  client.middlewareStack.add(
    (next, context) => (args) => {
      operations.push(String(context.commandName).replace(/Command$/, ""));
      return next(args);
    },
    { step: "initialize" },
  );
  return operations;
}

/** How many requests a client has sent from now on, its own repetitions included. */
export function recordAttempts(client: DynamoDBClient): () => number {
  let attempts = 0;
  client.middlewareStack.add(
    (next) => (args) => {
      attempts++;
      return next(args);
    },
    { step: "deserialize" },
  );
  return () => attempts;
}

/** As DynamoDB says it; the local engines run transactions one after another and never collide. */
export const conflict = () => new TransactionConflictException({ message: "conflict", $metadata: {} });

/** How a transaction ends, with a reason for each of its writes. */
export function cancellation(codes: string[]) {
  const CancellationReasons = codes.map((Code) => ({ Code }));
  return new TransactionCanceledException({ message: "cancelled", $metadata: {}, CancellationReasons });
}
export const conflictCancellation = () => cancellation(["TransactionConflict", "None"]);

/** The next call, or the one after so many others, does not reach the engine, and fails so. */
export function failOnce(client: DynamoDBClient, error: () => Error, afterOthers = 0): void {
  let calls = 0;
  client.middlewareStack.add(
    (next) => (args) => {
      if (calls++ !== afterOthers) return next(args);
      throw error();
    },
    { step: "initialize", priority: "high" },
  );
}

/** The input of every call from now on, in order. */
export function recordInputs(client: DynamoDBClient): object[] {
  const inputs: object[] = [];
  client.middlewareStack.add(
    (next) => (args) => {
      inputs.push(args.input);
      return next(args);
    },
    { step: "initialize" },
  );
  return inputs;
}

/** The next call, of that operation if one is named, goes through, and its answer is lost on the way; the SDK tries again. */
export function loseNextAnswer(client: DynamoDBClient, operation?: string): void {
  let lost = false;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        if (lost || (operation !== undefined && commandName !== `${operation}Command`)) return result;
        lost = true;
        throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      },
    { step: "deserialize", priority: "high" },
  );
}

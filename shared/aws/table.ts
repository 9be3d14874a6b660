import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { UnavailableError } from "../refund/unavailable.ts";
import type { Item } from "./attributes.ts";
import { sendTo } from "./send-to.ts";
import type { Update } from "./update.ts";

/** A write that goes through only while its condition, if any, holds. */
export type ConditionalWrite = {
  readonly write: { readonly put: Item } | Update;
  readonly condition?: string | undefined;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Item;
};

export const ifAbsent = "attribute_not_exists(pk)";

/** Why a write did not go through: what is stored instead, or the item was busy with other writes this very moment. */
export type WriteFailure = { readonly item: Item | undefined; readonly busy: boolean };

/** How a write ends: the item as it is now where it was asked for, or the failure. */
export type WriteResult = { readonly failure: WriteFailure | undefined; readonly item?: Item | undefined };

export type TableDeps = {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
};

/** Concurrent writes collide for milliseconds, and a throttled table recovers in some more. */
const maxTries = 8;

/**
 * The conditional writes of this project's items.
 * Every method throws an `UnavailableError` for whatever is not an outcome: no table, no network, no right.
 */
export function createTable(deps: TableDeps) {
  const { table, sleep, random } = deps;
  const send = sendTo(deps.client);

  /** One write. `returnItem` gives the item as it is after an update. */
  async function write(one: ConditionalWrite, returnItem = false): Promise<WriteResult> {
    try {
      if ("put" in one.write) {
        await send(new PutItemCommand({ Item: one.write.put, ...inputOf(one) }));
        return { failure: undefined };
      }
      const { Attributes } = await send(
        new UpdateItemCommand({
          ...updateOf(one.write),
          ...inputOf(one),
          ReturnValues: returnItem ? "ALL_NEW" : "NONE",
        }),
      );
      return { failure: undefined, item: Attributes };
    } catch (error) {
      const cause = causeOf(error);
      if (cause instanceof ConditionalCheckFailedException) return { failure: { item: cause.Item, busy: false } };
      if (cause instanceof TransactionConflictException) return { failure: { item: undefined, busy: true } };
      throw error;
    }
  }

  /** All or nothing; what failed is told in the order of the writes. One write is no transaction, which would cost twice. */
  async function writeAll(writes: readonly ConditionalWrite[]): Promise<readonly (WriteFailure | undefined)[]> {
    const [only, ...others] = writes;
    if (only !== undefined && others.length === 0) return [(await write(only)).failure];
    try {
      const TransactItems = writes.map((one) =>
        "put" in one.write
          ? { Put: { Item: one.write.put, ...inputOf(one) } }
          : { Update: { ...updateOf(one.write), ...inputOf(one) } },
      );
      await send(new TransactWriteItemsCommand({ TransactItems }));
      return [];
    } catch (error) {
      const failures = readCancellation(causeOf(error));
      if (failures === undefined) throw error;
      return failures;
    }
  }

  /** Repeats a write for as long as its item is busy, within reason. */
  async function whileBusy<T>(attempt: () => Promise<T | "busy">): Promise<T> {
    for (let tries = 1; ; tries++) {
      const result = await attempt();
      if (result !== "busy") return result;
      if (tries === maxTries)
        throw new UnavailableError("RECORD_UNAVAILABLE", { cause: new Error("the item stayed busy") });
      await sleep(Math.min(20 * 2 ** tries, 400) * random());
    }
  }

  function inputOf({ write, condition, names, values }: ConditionalWrite) {
    const update = "put" in write ? undefined : write;
    const allNames = { ...update?.names, ...names };
    const allValues = { ...update?.values, ...values };
    return {
      TableName: table,
      ...(condition !== undefined && {
        ConditionExpression: condition,
        ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
      }),
      ...(Object.keys(allNames).length > 0 && { ExpressionAttributeNames: allNames }),
      ...(Object.keys(allValues).length > 0 && { ExpressionAttributeValues: allValues }),
    };
  }

  return { send, write, writeAll, whileBusy };
}

function updateOf({ key, expression }: Update) {
  return { Key: key, UpdateExpression: expression };
}

/** The error of the SDK behind ours. */
function causeOf(error: unknown): unknown {
  return error instanceof UnavailableError ? error.cause : error;
}

const busyReasons: ReadonlySet<string> = new Set([
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
]);

/** Why a transaction was cancelled, where that is an outcome; anything else is trouble and gives undefined. */
function readCancellation(error: unknown): (WriteFailure | undefined)[] | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const failures: (WriteFailure | undefined)[] = [];
  for (const { Code, Item } of error.CancellationReasons ?? []) {
    if (Code === "ConditionalCheckFailed") failures.push({ item: Item, busy: false });
    else if (Code === undefined || Code === "None") failures.push(undefined);
    else if (busyReasons.has(Code)) failures.push({ item: undefined, busy: true });
    else return undefined;
  }
  // A cancellation that names no reason says nothing about the writes.
  return failures.some((failure) => failure !== undefined) ? failures : undefined;
}

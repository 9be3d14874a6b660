import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import type { RefundState } from "../refund/refund.ts";
import type { Item } from "./attributes.ts";

/** A write of a whole item that goes through only while its condition, if any, holds. */
export type ConditionalPut = {
  readonly item: Item;
  readonly condition?: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Item;
};

export const ifAbsent = "attribute_not_exists(pk)";

/** Holds while the item is what was read: every write of a refund makes its version grow. */
export function ifUnchanged(version: number, allowedFrom: readonly RefundState[]): Omit<ConditionalPut, "item"> {
  const states = Object.fromEntries(allowedFrom.map((state, i) => [`:from${i}`, { S: state }]));
  return {
    condition: `version = :version AND #state IN (${Object.keys(states).join(", ")})`,
    names: { "#state": "state" },
    values: { ":version": { N: String(version) }, ...states },
  };
}

/** Why a write did not go through: what is stored instead, or another transaction is at the item this very moment. */
export type PutFailure = { readonly item: Item | undefined; readonly conflict: boolean };

/** How a put ends: undefined is success. */
export type PutResult = PutFailure | undefined;

/** The writes of twins collide for milliseconds; one that carries an answer outlasts them. */
const maxConflictTries = 8;

export function createConditionalPuts(options: {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
}) {
  const { client, table } = options;
  const input = ({ item, condition, names, values }: ConditionalPut) => ({
    TableName: table,
    Item: item,
    ...(condition !== undefined && { ConditionExpression: condition }),
    ...(names && { ExpressionAttributeNames: { ...names } }),
    ...(values && { ExpressionAttributeValues: values }),
    ReturnValuesOnConditionCheckFailure: condition === undefined ? undefined : ("ALL_OLD" as const),
  });

  /** @throws whatever is not an outcome: throttling, no table, no network */
  async function put(write: ConditionalPut): Promise<PutResult> {
    try {
      await client.send(new PutItemCommand(input(write)));
      return undefined;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { item: error.Item, conflict: false };
      if (error instanceof TransactionConflictException) return { item: undefined, conflict: true };
      throw error;
    }
  }

  /**
   * All or nothing; what failed is told in the order of the writes. One write is no transaction, which would cost twice.
   * @throws as `put`
   */
  async function putAll(writes: readonly ConditionalPut[]): Promise<readonly PutResult[] | undefined> {
    const [only, ...others] = writes;
    if (only !== undefined && others.length === 0) {
      const failure = await put(only);
      return failure && [failure];
    }
    try {
      const TransactItems = writes.map((write) => ({ Put: input(write) }));
      await client.send(new TransactWriteItemsCommand({ TransactItems }));
      return undefined;
    } catch (error) {
      const failures = readCancellation(error);
      if (failures === undefined) throw error;
      return failures;
    }
  }

  /** Repeats a write for as long as it collides with other transactions, within reason. */
  async function outlastingConflicts<T>(write: () => Promise<T | "conflict">): Promise<T> {
    for (let tries = 1; ; tries++) {
      const result = await write();
      if (result !== "conflict") return result;
      if (tries === maxConflictTries) throw new Error("the item stayed in conflict with other transactions");
      await options.sleep(Math.min(20 * 2 ** tries, 400) * options.random());
    }
  }

  return { put, putAll, outlastingConflicts };
}

/** Why a transaction was cancelled, where that is an outcome; throttling and the like are faults and give undefined. */
function readCancellation(error: unknown): PutResult[] | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const failures: PutResult[] = [];
  for (const { Code, Item } of error.CancellationReasons ?? []) {
    if (Code === "ConditionalCheckFailed") failures.push({ item: Item, conflict: false });
    else if (Code === "TransactionConflict") failures.push({ item: undefined, conflict: true });
    else if (Code === undefined || Code === "None") failures.push(undefined);
    else return undefined;
  }
  return failures;
}

import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactionConflictException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import type { Refund, RefundIdentity } from "../refund/refund.ts";
import { isFinal } from "../refund/refund.ts";
import type { Claim, ClaimResult, RefundStore } from "../refund/refund-store.ts";
import {
  answerItem,
  type Item,
  isRefundItem,
  keyItem,
  readAnswerItem,
  readKeyItem,
  readRefundItem,
  refundItem,
  refundPk,
} from "./refund-items.ts";

export type DynamoRefundStoreOptions = {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** How many partitions of the due index new due times are spread over, 1 to 16. */
  readonly shards: number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
};

/** A claim sees a changed record at most this often before it takes the refund for being in flight. */
const maxClaimTries = 3;
/** The writes of twins collide for milliseconds; a settle that carries an answer outlasts them. */
const maxConflictTries = 8;

/** The refunds in DynamoDB. Every write replaces the item and is conditional on the version it was made from. */
export function createDynamoRefundStore(options: DynamoRefundStoreOptions): RefundStore {
  const { client, table, shards } = options;

  const put = (item: Item, condition: string, values?: Item) => ({
    TableName: table,
    Item: item,
    ConditionExpression: condition,
    ...(values && { ExpressionAttributeValues: values }),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  });
  const putKey = (claim: Pick<Claim, "key" | "now">, refund: RefundIdentity) =>
    put(keyItem(claim.key, refund), "attribute_not_exists(pk) OR expiresAt <= :now", {
      ":now": { N: String(claim.now) },
    });
  const putOver = (before: Refund | undefined, after: Refund) =>
    before === undefined
      ? put(refundItem(after, shards), "attribute_not_exists(pk)")
      : put(refundItem(after, shards), "version = :version", { ":version": { N: String(before.version) } });

  async function transact(puts: NonNullable<TransactWriteItem["Put"]>[]): Promise<Cancelled | undefined> {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: puts.map((Put) => ({ Put })) }));
      return undefined;
    } catch (error) {
      const cancelled = readCancellation(error);
      if (cancelled === undefined) throw error;
      return cancelled;
    }
  }

  async function whileInConflict<T>(write: () => Promise<T | "conflict">): Promise<T> {
    for (let tries = 1; ; tries++) {
      const result = await write();
      if (result !== "conflict") return result;
      if (tries === maxConflictTries) throw new Error("the item stayed in conflict with other transactions");
      await options.sleep(Math.min(20 * 2 ** tries, 400) * options.random());
    }
  }

  return {
    async claim(claim) {
      let known: Refund | undefined;
      let keyExpiresAt: number | undefined;
      for (let tries = 1; tries <= maxClaimTries; tries++) {
        const claimed = known === undefined ? claim.fresh : leased(known, claim);
        const writes = [putOver(known, claimed)];
        if (keyExpiresAt === undefined) writes.push(putKey(claim, claimed));
        const cancelled = await transact(writes);
        if (cancelled === undefined) return { kind: "claimed", refund: claimed };

        const [refundFailure, keyFailure] = cancelled;
        if (keyFailure?.item !== undefined) {
          const key = readKeyItem(keyFailure.item);
          if (key.payloadDigest !== claim.key.payloadDigest) return { kind: "key_reused" };
          keyExpiresAt = key.expiresAt;
        }
        known = refundFailure?.item === undefined ? undefined : readRefundItem(refundFailure.item);
        const conflict = refundFailure?.conflict || keyFailure?.conflict;
        const settled = known && withoutAsking(known, claim, keyExpiresAt);
        if (settled !== undefined) return settled;
        if (conflict) return { kind: "in_flight", refund: known, keyExpiresAt };
      }
      return { kind: "in_flight", refund: known, keyExpiresAt };
    },

    settle: ({ before, after, allowedFrom, newAnswer }) =>
      whileInConflict(async () => {
        const states = Object.fromEntries(allowedFrom.map((state, i) => [`:from${i}`, { S: state }]));
        const putRefund = {
          ...put(refundItem(after, shards), `version = :version AND #state IN (${Object.keys(states).join(", ")})`, {
            ":version": { N: String(before.version) },
            ...states,
          }),
          ExpressionAttributeNames: { "#state": "state" },
        };
        try {
          if (newAnswer === undefined || after.reading === undefined || after.checkedAt === undefined) {
            await client.send(new PutItemCommand(putRefund));
            return { kind: "settled" };
          }
          const kept = answerItem(after, newAnswer, after.reading, after.checkedAt);
          const cancelled = await transact([putRefund, put(kept, "attribute_not_exists(pk)")]);
          if (cancelled === undefined) return { kind: "settled" };
          const [refundFailure, answerFailure] = cancelled;
          if (refundFailure?.item !== undefined) {
            return { kind: "superseded", refund: readRefundItem(refundFailure.item) };
          }
          if (refundFailure?.conflict || answerFailure?.conflict) return "conflict";
          throw new Error("the refund or its answer is not as it was left");
        } catch (error) {
          if (error instanceof TransactionConflictException) return "conflict";
          if (error instanceof ConditionalCheckFailedException && error.Item !== undefined) {
            return { kind: "superseded", refund: readRefundItem(error.Item) };
          }
          throw error;
        }
      }),

    async read(identity) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": { S: refundPk(identity) } },
          ConsistentRead: true,
          // STATE sorts behind every ANSWER#, so the last two items are the refund and its newest answer.
          ScanIndexForward: false,
          Limit: 2,
        }),
      );
      const [state, answer] = Items;
      if (state === undefined || !isRefundItem(state)) return undefined;
      return { refund: readRefundItem(state), lastAnswer: answer && readAnswerItem(answer)?.answer };
    },

    rememberKey: (key, refund, now) =>
      whileInConflict(async () => {
        try {
          await client.send(new PutItemCommand(putKey({ key, now }, refund)));
          return { kind: "remembered", expiresAt: key.expiresAt };
        } catch (error) {
          if (error instanceof TransactionConflictException) return "conflict";
          if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined) throw error;
          const { payloadDigest, expiresAt } = readKeyItem(error.Item);
          return payloadDigest === key.payloadDigest ? { kind: "remembered", expiresAt } : { kind: "key_reused" };
        }
      }),
  };
}

/** The refund as its next holder takes it; when it is due stays as it was. */
function leased(known: Refund, claim: Claim): Refund {
  return {
    ...known,
    version: known.version + 1,
    lease: claim.lease,
    partners: [...new Set([...known.partners, claim.partnerId])],
  };
}

/** What can be said of a known refund without taking it, or undefined when it is there to be taken. */
function withoutAsking(refund: Refund, claim: Claim, keyExpiresAt: number | undefined): ClaimResult | undefined {
  const { state, checkedAt, answeredAt, lease } = refund;
  const answeredJustNow = answeredAt !== undefined && answeredAt === checkedAt && answeredAt >= claim.recentSince;
  const lookedMeanwhile = checkedAt !== undefined && checkedAt >= claim.arrivedAt;
  if (isFinal(state) || answeredJustNow || lookedMeanwhile) return { kind: "recorded", refund, keyExpiresAt };
  if (lease !== undefined && lease.until > claim.now) return { kind: "in_flight", refund, keyExpiresAt };
  return undefined;
}

type Failure = { readonly item: Item | undefined; readonly conflict: boolean };
/** In the order of the transaction's writes; undefined where a write would have gone through. */
type Cancelled = readonly (Failure | undefined)[];

/** Why a transaction was cancelled, where that is an outcome; throttling and the like are faults and give undefined. */
function readCancellation(error: unknown): Cancelled | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const failures: (Failure | undefined)[] = [];
  for (const { Code, Item } of error.CancellationReasons ?? []) {
    if (Code === "ConditionalCheckFailed") failures.push({ item: Item, conflict: false });
    else if (Code === "TransactionConflict") failures.push({ item: undefined, conflict: true });
    else if (Code === undefined || Code === "None") failures.push(undefined);
    else return undefined;
  }
  return failures;
}

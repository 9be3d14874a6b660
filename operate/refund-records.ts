import {
  BatchGetItemCommand,
  type DynamoDBClient,
  paginateQuery,
  paginateScan,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { readAnswerItem } from "../shared/aws/answer-item.ts";
import type { Item } from "../shared/aws/attributes.ts";
import { refundKey, refundPk } from "../shared/aws/keys.ts";
import { type RefundLayout, readRefundItem, refundAttributes } from "../shared/aws/refund-item.ts";
import { changeOf } from "../shared/aws/update.ts";
import * as answerForm from "../shared/chinaums/refund-query/stored-answer.ts";
import { dueIndex, maxShards } from "../shared/names.ts";
import { isFinal, type KeptAnswer, type Refund } from "../shared/refund/refund.ts";

/** Products that a refund may belong to when only its merchant and number are known. */
export const knownProducts = [
  "APPDEFAULT",
  "MINIDEFAULT",
  "YUEDANDEFAULT",
  "H5DEFAULT",
  "QRPAYDEFAULT",
  "WGDEFAULT",
] as const;

const layout: RefundLayout = { shards: maxShards, answerForm };
const batchSize = 100;
const allShards = Array.from({ length: maxShards }, (_, i) => String(i));

/** What an operator may see and do of the refunds on record. */
export function createRefundRecords(client: DynamoDBClient, table: string) {
  async function readRefunds(keys: Item[]): Promise<Refund[]> {
    const refunds: Refund[] = [];
    for (let from = 0; from < keys.length; from += batchSize) {
      let Keys: Item[] = keys.slice(from, from + batchSize);
      while (Keys.length > 0) {
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
        );
        for (const item of Responses?.[table] ?? []) refunds.push(readRefundItem(item, layout));
        Keys = UnprocessedKeys?.[table]?.Keys ?? [];
      }
    }
    return refunds;
  }

  return {
    /** Every refund that is checked again, next check first; settled ones cost nothing here, however many there are. */
    async listDue(): Promise<Refund[]> {
      const keys: Item[] = [];
      for (const shard of allShards) {
        const pages = paginateQuery(
          { client },
          {
            TableName: table,
            IndexName: dueIndex,
            KeyConditionExpression: "dueShard = :shard",
            ExpressionAttributeValues: { ":shard": { S: shard } },
          },
        );
        for await (const { Items = [] } of pages) keys.push(...Items.map(({ pk, sk }) => ({ pk, sk }) as Item));
      }
      return (await readRefunds(keys)).toSorted((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0));
    },

    /** Every refund in a state, found by reading the whole table: also those that nobody checks any more. */
    async scanState(state: Refund["state"]): Promise<Refund[]> {
      const refunds: Refund[] = [];
      const pages = paginateScan(
        { client },
        {
          TableName: table,
          FilterExpression: "sk = :sk AND #state = :state",
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: { ":sk": { S: "STATE" }, ":state": { S: state } },
        },
      );
      for await (const { Items = [] } of pages) {
        refunds.push(...Items.map((item) => readRefundItem(item, layout)));
      }
      return refunds.toSorted((a, b) => a.firstSeenAt - b.firstSeenAt);
    },

    /** The refunds of a merchant that have this number, one a product at most. */
    async find(mid: string, merOrderId: string, products: readonly string[]): Promise<Refund[]> {
      return await readRefunds(products.map((instMid) => refundKey({ mid, instMid, merOrderId })));
    },

    /** The distinct answers about a refund, oldest first: those that were replaced, and the one that it has. */
    async answersOf(refund: Refund): Promise<KeptAnswer[]> {
      const answers = new Map<number, KeptAnswer>();
      const pages = paginateQuery(
        { client },
        {
          TableName: table,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": { S: refundPk(refund) } },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        for (const answer of Items.map(readAnswerItem)) if (answer !== undefined) answers.set(answer.version, answer);
      }
      // A check that was killed may have kept the answer that it was about to replace.
      if (refund.answer !== undefined) answers.set(refund.answer.version, refund.answer);
      return [...answers.values()];
    },

    /**
     * Makes a refund due now, so that the next sweep checks it, also when only a person would have checked again. A final one
     * is verified: the sweep writes what ChinaUMS says now to its audit trail, and changes nothing.
     * @throws {ConditionalCheckFailedException} where it has changed since it was read
     */
    async makeDue(refund: Refund, now: number): Promise<void> {
      const verifyRequestedAt = isFinal(refund.state) ? now : undefined;
      const due = { ...refund, version: refund.version + 1, dueAt: now, verifyRequestedAt };
      const change = changeOf(refundKey(refund), refundAttributes(refund, layout), refundAttributes(due, layout));
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: change.key,
          UpdateExpression: change.expression,
          ConditionExpression: "#version = :before",
          ExpressionAttributeNames: { ...change.names },
          ExpressionAttributeValues: { ...change.values, ":before": { N: String(refund.version) } },
        }),
      );
    },
  };
}

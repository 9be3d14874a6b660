import { BatchGetItemCommand, type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import type { Item } from "../shared/aws/attributes.ts";
import { refundKey, refundPk } from "../shared/aws/keys.ts";
import type { Refund, RefundIdentity } from "../shared/refund/refund.ts";
import { makeDueCommand } from "./make-due.ts";
import { type RecordedRefund, readRecordedRefund } from "./recorded-refund.ts";
import { type RefundHistory, readHistory } from "./refund-history.ts";

/** Products that a refund may belong to when only its merchant and number are known. */
export const knownProducts = [
  "APPDEFAULT",
  "MINIDEFAULT",
  "YUEDANDEFAULT",
  "H5DEFAULT",
  "QRPAYDEFAULT",
  "WGDEFAULT",
] as const;

const batchSize = 100;

export type RefundRecordsDeps = { readonly client: DynamoDBClient; readonly table: string };
export type RefundRecords = ReturnType<typeof createRefundRecords>;

/** What an operator may see and do of the refunds on record. */
export function createRefundRecords({ client, table }: RefundRecordsDeps) {
  async function readRefunds(keys: Item[]): Promise<RecordedRefund[]> {
    const refunds: RecordedRefund[] = [];
    for (let from = 0; from < keys.length; from += batchSize) {
      let Keys: Item[] = keys.slice(from, from + batchSize);
      while (Keys.length > 0) {
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
        );
        refunds.push(...(Responses?.[table] ?? []).map(readRecordedRefund));
        Keys = UnprocessedKeys?.[table]?.Keys ?? [];
      }
    }
    return refunds;
  }

  return {
    /** The refunds of these names that are on record, in no order. */
    async read(identities: readonly RefundIdentity[]): Promise<RecordedRefund[]> {
      return await readRefunds(identities.map(refundKey));
    },

    /** What is kept beside a refund: replaced answers and the audit trail, oldest first. */
    async historyOf(refund: RefundIdentity): Promise<RefundHistory> {
      const items: Item[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName: table,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": { S: refundPk(refund) } },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) items.push(...Items);
      return readHistory(items);
    },

    /**
     * Makes a refund due now, so that the next sweep checks it. A final refund is only verified by that check.
     * @throws {ConditionalCheckFailedException} if it has changed since it was read
     */
    async makeDue(refund: Refund, now: number): Promise<void> {
      await client.send(makeDueCommand(table, refund, now));
    },
  };
}

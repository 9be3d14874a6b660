import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { dueIndex } from "../names.ts";
import type { DueCursor } from "../refund/sweep-store.ts";
import type { Item } from "./attributes.ts";

/** Keys of the items of a shard that have come due, longest due first. */
export type DueKeys = {
  readonly keys: readonly Item[];
  /** Absent on the last page. */
  readonly next: DueCursor | undefined;
};

export type DueIndexDeps = { readonly send: DynamoDBClient["send"]; readonly table: string };

/** The index of what has to be done. It holds keys only, and is a moment behind the table. */
export function createDueIndex({ send, table }: DueIndexDeps) {
  const query = (shard: string, until: number, limit: number, from: DueCursor | undefined) =>
    send(
      new QueryCommand({
        TableName: table,
        IndexName: dueIndex,
        KeyConditionExpression: "dueShard = :shard AND dueAt <= :until",
        ExpressionAttributeValues: { ":shard": { S: shard }, ":until": { N: String(until) } },
        Limit: limit,
        ExclusiveStartKey: from?.opaque as Item | undefined,
      }),
    );

  return {
    /** When the longest due entry of a shard came due; undefined where none was due at `until` (epoch ms). */
    async oldestDueAt(shard: string, until: number): Promise<number | undefined> {
      const { Items: [oldest] = [] } = await query(shard, until, 1, undefined);
      return oldest && Number(oldest.dueAt?.N);
    },

    /** A page of what was due in a shard at `until` (epoch ms). */
    async dueKeys(shard: string, until: number, limit: number, from: DueCursor | undefined): Promise<DueKeys> {
      const { Items: items = [], LastEvaluatedKey } = await query(shard, until, limit, from);
      return {
        keys: items.map(({ pk, sk }) => ({ pk, sk }) as Item),
        next: LastEvaluatedKey && { opaque: LastEvaluatedKey },
      };
    },
  };
}

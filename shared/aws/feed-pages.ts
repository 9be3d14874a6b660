import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { FeedPage } from "../telling/feed-store.ts";
import { feedPk, pageSk, readFeedPageItem } from "./feed-page-item.ts";

export type FeedPagesDeps = { readonly send: DynamoDBClient["send"]; readonly table: string };

/** The pages of partners' feeds, read consistently: what is there has been there for every reader since. */
export function createFeedPages({ send, table }: FeedPagesDeps) {
  async function query(partnerId: string, from: number, limit: number, forward: boolean): Promise<FeedPage[]> {
    const { Items = [] } = await send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: "pk = :pk AND sk >= :from",
        ExpressionAttributeValues: { ":pk": { S: feedPk(partnerId) }, ":from": { S: pageSk(from) } },
        ConsistentRead: true,
        ScanIndexForward: forward,
        Limit: limit,
      }),
    );
    return Items.map(readFeedPageItem);
  }

  return {
    /** The number of the newest page of a feed; 0 where there is none. */
    async lastPage(partnerId: string): Promise<number> {
      const [newest] = await query(partnerId, 0, 1, false);
      return newest?.number ?? 0;
    },

    /** Pages from a number on, in order, `limit` at most. */
    readPages: (partnerId: string, from: number, limit: number) => query(partnerId, from, limit, true),
  };
}

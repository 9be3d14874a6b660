import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { refundKey } from "../../shared/aws/keys.ts";
import type { RefundIdentity } from "../../shared/refund/refund.ts";

/** Makes a refund due now, as time would. */
export async function makeDue(client: DynamoDBClient, table: string, identity: RefundIdentity): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: refundKey(identity),
      UpdateExpression: "SET dueAt = :past",
      ExpressionAttributeValues: { ":past": { N: "1" } },
    }),
  );
}

import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { refundKey } from "../../shared/aws/keys.ts";
import type { RefundIdentity } from "../../shared/refund/refund.ts";

/** Makes a refund due now, as time would. */
export async function makeDue(client: DynamoDBClient, table: string, identity: RefundIdentity): Promise<void> {
  await setToThePast(client, table, identity, "dueAt");
}

/** Makes the last check of a refund so old that a request about it makes another, as time would. */
export async function makeOutdated(client: DynamoDBClient, table: string, identity: RefundIdentity): Promise<void> {
  await setToThePast(client, table, identity, "checkedAt");
}

async function setToThePast(
  client: DynamoDBClient,
  table: string,
  identity: RefundIdentity,
  attribute: "dueAt" | "checkedAt",
): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: refundKey(identity),
      UpdateExpression: `SET ${attribute} = :past`,
      ExpressionAttributeValues: { ":past": { N: "1" } },
    }),
  );
}

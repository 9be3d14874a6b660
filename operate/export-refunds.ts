import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { belongsIntoCopy, lineOf } from "./refund-lines.ts";

/**
 * Every item about refunds, a line each, as the table is read. An item that changes meanwhile is in its old or its new form.
 * Memory holds one page of the table, however large that is.
 */
export async function* exportRefunds({
  client,
  table,
}: {
  client: DynamoDBClient;
  table: string;
}): AsyncGenerator<string> {
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    for (const item of Items) if (belongsIntoCopy(item)) yield lineOf(item);
  }
}

import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { inject } from "vitest";
import type { Item } from "../../shared/aws/attributes.ts";
import { refundKey } from "../../shared/aws/keys.ts";
import type { Refund, RefundIdentity } from "../../shared/refund/refund.ts";
import { writeReady } from "../../tools/ready.ts";
import { newDataDir } from "./local-run.ts";
import { layout, refundItem } from "./refund-items.ts";
import { newTable } from "./tables.ts";

const nowhere = "http://127.0.0.1:1";

/** A table that commands take for the local run's, where nothing sweeps. Its partners are in the Secrets Manager, if one is given. */
export async function newRecordedTable(secretsManager = nowhere) {
  const { client, table }: { client: DynamoDBClient; table: string } = await newTable();
  const data = newDataDir();
  writeReady(data, {
    url: nowhere,
    upstreamUrl: nowhere,
    partners: [],
    dynamodb: { endpoint: inject("dynamoDbEndpoint"), table },
    secretsManager: { endpoint: secretsManager },
    receiver: { url: nowhere, secret: "" },
    webhookLoopback: "",
  });
  const put = async (Item: Item) => {
    await client.send(new PutItemCommand({ TableName: table, Item }));
  };
  return {
    data,
    put,
    putRefund: (refund: Refund) => put(refundItem(refund, layout)),
    /** The item of a refund; an empty one if there is none. */
    async itemOf(refund: RefundIdentity): Promise<Item> {
      const read = new GetItemCommand({ TableName: table, Key: refundKey(refund), ConsistentRead: true });
      return (await client.send(read)).Item ?? {};
    },
  };
}

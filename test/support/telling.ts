import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { AnswerStep } from "../../sandbox/receiver/answer-step.ts";
import type { Item } from "../../shared/aws/attributes.ts";
import { endpointKey } from "../../shared/aws/endpoint-item.ts";
import { feedPageItem } from "../../shared/aws/feed-page-item.ts";
import { refundPk } from "../../shared/aws/keys.ts";
import type { RefundIdentity } from "../../shared/refund/refund.ts";
import type { EventKey } from "../../shared/telling/refund-event.ts";

export type InTable = { readonly client: DynamoDBClient; readonly name: string };

/** What the table's stream would hand to `refund-tell` about a refund and its deliveries, as they are now. */
export async function streamEventOf({ client, name }: InTable, refund: RefundIdentity): Promise<object> {
  const items = await itemsOf({ client, name }, refund);
  return { Records: items.map((item) => ({ dynamodb: { Keys: keyOf(item), NewImage: item } })) };
}

/** Makes what is to be told or delivered of a refund due long ago, as time would. */
export async function makeAllDue({ client, name }: InTable, refund: RefundIdentity): Promise<void> {
  const due = (await itemsOf({ client, name }, refund)).filter(({ dueAt }) => dueAt !== undefined);
  for (const item of due) {
    await client.send(
      new UpdateItemCommand({
        TableName: name,
        Key: keyOf(item),
        UpdateExpression: "SET dueAt = :past",
        ExpressionAttributeValues: { ":past": { N: "1" } },
      }),
    );
  }
}

/** Says how the deliveries to come are answered; after these, with 200. */
export async function scriptReceiver(url: string, answers: readonly AnswerStep[]): Promise<void> {
  const response = await fetch(`${url}/_control/receiver`, { method: "PUT", body: JSON.stringify({ answers }) });
  if (!response.ok) throw new Error(await response.text());
}

/** Leaves a page that lists an event which is not there, as a killed invocation does. */
export async function leavePage({ client, name }: InTable, number: number, listed: EventKey): Promise<void> {
  const page = feedPageItem(listed.partnerId, { number, at: Date.now(), entries: [listed] });
  await client.send(new PutItemCommand({ TableName: name, Item: page }));
}

/** True if something is known to be wrong with the endpoint of a partner's webhook. */
export async function hasEndpoint({ client, name }: InTable, partnerId: string): Promise<boolean> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: name, Key: endpointKey(partnerId), ConsistentRead: true }),
  );
  return Item !== undefined;
}

/** A refund with everything that is stored below its key. */
async function itemsOf({ client, name }: InTable, refund: RefundIdentity): Promise<Item[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: refundPk(refund) } },
      ConsistentRead: true,
    }),
  );
  return Items;
}

function keyOf({ pk, sk }: Item): Item {
  return { pk, sk } as Item;
}

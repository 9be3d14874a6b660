import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Item } from "../shared/aws/attributes.ts";
import { itemIn } from "./refund-lines.ts";

/** Writes that are under way at once. */
const concurrency = 50;

export type Imported = {
  readonly written: number;
  /** Lines whose item is on record already, in the same or a newer version. */
  readonly kept: number;
};

type ImportDeps = { readonly client: DynamoDBClient; readonly table: string; readonly lines: AsyncIterable<string> };

/**
 * Writes the lines of an export. An item with a version is written over an older one that is not final; any other is written where
 * there is none. So an import can be repeated, and can run while the service does.
 * @throws an Error that names the first line that is no item; what stands before it is written
 */
export async function importRefunds({ client, table, lines }: ImportDeps): Promise<Imported> {
  let [written, kept, lineNumber] = [0, 0, 0];
  let failure: { readonly error: unknown } | undefined;
  const underWay = new Set<Promise<void>>();

  const write = async (item: Item) => {
    try {
      await client.send(writeOf(table, item));
      written++;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) kept++;
      else failure ??= { error };
    }
  };
  try {
    for await (const line of lines) {
      lineNumber++;
      if (line.trim() === "") continue;
      if (failure !== undefined) break;
      const one = write(itemIn(line, lineNumber)).finally(() => underWay.delete(one));
      underWay.add(one);
      if (underWay.size >= concurrency) await Promise.race(underWay);
    }
  } finally {
    await Promise.all(underWay);
  }
  if (failure !== undefined) throw failure.error;
  return { written, kept };
}

function writeOf(table: string, item: Item): PutItemCommand {
  const { version } = item;
  // A refund that was asked about again in a new table may be final there by a lower version.
  const isOlder = "version < :version AND NOT (#state IN (:succeeded, :failed))";
  if (version === undefined) {
    return new PutItemCommand({ TableName: table, Item: item, ConditionExpression: "attribute_not_exists(pk)" });
  }
  return new PutItemCommand({
    TableName: table,
    Item: item,
    ConditionExpression: `attribute_not_exists(pk) OR (${isOlder})`,
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":version": version, ":succeeded": { S: "succeeded" }, ":failed": { S: "failed" } },
  });
}

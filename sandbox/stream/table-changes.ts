import { setTimeout as sleep } from "node:timers/promises";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import type { _Record as StreamRecord } from "@aws-sdk/client-dynamodb-streams";
import { localDynamoDb, localDynamoDbStreams } from "../../tools/local-aws.ts";
import { TableStream } from "./table-stream.ts";

/** Between two looks at a stream that has nothing new, in ms. */
const pauseMs = 100;

/**
 * What changes in a table from now on, in order, until `stopped`. It ends at once where the table has no stream.
 * @throws what the SDK throws when the stream cannot be read
 */
export async function* tableChanges(
  endpoint: string,
  table: string,
  stopped: AbortSignal,
): AsyncGenerator<readonly StreamRecord[], void, void> {
  const { Table } = await localDynamoDb(endpoint).send(new DescribeTableCommand({ TableName: table }));
  if (Table?.LatestStreamArn === undefined) return;
  const stream = await TableStream.open(localDynamoDbStreams(endpoint), Table.LatestStreamArn);
  while (!stopped.aborted) {
    const records = await stream.readOn();
    if (records.length > 0) yield records;
    else await sleep(pauseMs);
  }
}

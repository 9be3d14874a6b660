import { setTimeout as sleep } from "node:timers/promises";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import type { _Record as StreamRecord } from "@aws-sdk/client-dynamodb-streams";
import { localDynamoDb, localDynamoDbStreams } from "../../tools/local-aws.ts";
import { TableStream } from "./table-stream.ts";

/** Between two looks at a stream that has nothing new, in ms. */
const pauseMs = 100;

/**
 * Opens what changes in a table from now on, in order; nothing where the table has no stream. Reading ends with `stopped`.
 * @throws what the SDK throws when the stream cannot be read
 */
export async function openTableChanges(
  endpoint: string,
  table: string,
  stopped: AbortSignal,
): Promise<AsyncIterable<readonly StreamRecord[]>> {
  const { Table } = await localDynamoDb(endpoint).send(new DescribeTableCommand({ TableName: table }));
  const arn = Table?.LatestStreamArn;
  const stream = arn === undefined ? undefined : await TableStream.open(localDynamoDbStreams(endpoint), arn);
  return changesOf(stream, stopped);
}

async function* changesOf(stream: TableStream | undefined, stopped: AbortSignal): AsyncGenerator<StreamRecord[]> {
  while (stream !== undefined && !stopped.aborted) {
    const records = await stream.readOn();
    if (records.length > 0) yield records;
    else await sleep(pauseMs);
  }
}

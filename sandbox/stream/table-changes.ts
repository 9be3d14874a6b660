import { setTimeout as sleep } from "node:timers/promises";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from "@aws-sdk/client-dynamodb-streams";
import { localDynamoDb, localDynamoDbStreams } from "../../tools/local-aws.ts";

export type { StreamRecord };

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
  const StreamArn = Table?.LatestStreamArn;
  if (StreamArn === undefined) return;
  const client = localDynamoDbStreams(endpoint);
  const [shard] = (await client.send(new DescribeStreamCommand({ StreamArn }))).StreamDescription?.Shards ?? [];
  const latest = { StreamArn, ShardId: shard?.ShardId, ShardIteratorType: "LATEST" } as const;
  let { ShardIterator } = await client.send(new GetShardIteratorCommand(latest));
  while (!stopped.aborted) {
    const { Records = [], NextShardIterator } = await read(client, ShardIterator);
    ShardIterator = NextShardIterator;
    if (Records.length > 0) yield Records;
    else await sleep(pauseMs);
  }
}

function read(client: DynamoDBStreamsClient, ShardIterator: string | undefined) {
  return client.send(new GetRecordsCommand({ ShardIterator }));
}

import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from "@aws-sdk/client-dynamodb-streams";

/** Reads a table's stream from the time on at which it was opened. */
export class TableStream {
  readonly #client: DynamoDBStreamsClient;
  readonly #arn: string;
  /** Where each shard is read on. */
  readonly #iterators = new Map<string, string | undefined>();

  private constructor(client: DynamoDBStreamsClient, arn: string) {
    this.#client = client;
    this.#arn = arn;
  }

  /** @throws an Error where there is no such stream */
  static async open(client: DynamoDBStreamsClient, arn: string): Promise<TableStream> {
    const stream = new TableStream(client, arn);
    await stream.#findShards("LATEST");
    return stream;
  }

  /** The next records of each shard, oldest first; as many as one answer holds, so that nobody waits for those to come. */
  async readOn(): Promise<StreamRecord[]> {
    const records: StreamRecord[] = [];
    for (const [shard, ShardIterator] of this.#iterators) {
      if (ShardIterator === undefined) continue;
      const { Records = [], NextShardIterator } = await this.#client.send(new GetRecordsCommand({ ShardIterator }));
      records.push(...Records);
      this.#iterators.set(shard, NextShardIterator);
    }
    if (records.length === 0) await this.#findShards("TRIM_HORIZON");
    return records;
  }

  async #findShards(ShardIteratorType: "LATEST" | "TRIM_HORIZON"): Promise<void> {
    const StreamArn = this.#arn;
    const { StreamDescription } = await this.#client.send(new DescribeStreamCommand({ StreamArn }));
    for (const { ShardId = "" } of StreamDescription?.Shards ?? []) {
      if (this.#iterators.has(ShardId)) continue;
      const opened = await this.#client.send(new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType }));
      this.#iterators.set(ShardId, opened.ShardIterator);
    }
  }
}

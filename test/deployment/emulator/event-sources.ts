import type { DynamoDBStreamsClient, _Record as StreamRecord } from "@aws-sdk/client-dynamodb-streams";
import { type EventPattern, matchesPattern } from "../../../sandbox/stream/event-pattern.ts";
import { TableStream } from "../../../sandbox/stream/table-stream.ts";
import { localRegion } from "../../../tools/local-aws.ts";
import type { Principal } from "./credentials.ts";
import type { Functions } from "./functions.ts";
import type { Iam } from "./iam.ts";
import type { Queues } from "./queues.ts";

export type EventSource = {
  readonly streamArn: string;
  readonly functionArn: string;
  /** A record that follows none of them is passed over. */
  readonly patterns: readonly EventPattern[];
  readonly batchSize: number;
  readonly retries: number;
  /** Where it is said which records were given up. */
  readonly onFailure: string;
};

const actions = ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"];

/** The event source mappings of Lambda. Streams are read only when a test says so. */
export class EventSources {
  readonly #open = new Map<EventSource, TableStream>();
  readonly #services: { iam: Iam; lambda: Functions; queues: Queues; streams: DynamoDBStreamsClient };

  constructor(services: { iam: Iam; lambda: Functions; queues: Queues; streams: DynamoDBStreamsClient }) {
    this.#services = services;
  }

  /** Begins to listen. @throws an Error where the function's role may not read the stream */
  async add(source: EventSource): Promise<void> {
    if (!this.#mayRead(source)) {
      const sentence = `Please ensure the role can perform the ${actions.join(", ")} Actions on your stream in IAM.`;
      throw new Error(`Cannot access stream ${source.streamArn}. ${sentence}`);
    }
    this.#open.set(source, await TableStream.open(this.#services.streams, source.streamArn));
  }

  remove(source: EventSource): void {
    this.#open.delete(source);
  }

  /** Hands every function what the streams have had for it since the last time, and waits until all of it is done. */
  async handOn(): Promise<void> {
    await Promise.all([...this.#open].map(([source, stream]) => this.#handOn(source, stream)));
  }

  async #handOn(source: EventSource, stream: TableStream): Promise<void> {
    if (!this.#mayRead(source)) return;
    const records = (await stream.readOn()).filter((record) =>
      source.patterns.some((pattern) => matchesPattern(record, pattern)),
    );
    for (let from = 0; from < records.length; from += source.batchSize) {
      await this.#invoke(source, records.slice(from, from + source.batchSize));
    }
  }

  async #invoke({ functionArn, streamArn, retries, onFailure }: EventSource, records: StreamRecord[]): Promise<void> {
    const { lambda, queues } = this.#services;
    const event = {
      Records: records.map((record) => ({ ...record, awsRegion: localRegion, eventSourceARN: streamArn })),
    };
    for (let attempt = 0; attempt <= retries; attempt++) {
      try {
        await lambda.findInvocable(functionArn).invoke(event);
        return;
      } catch {
        // The function has said why in its log.
      }
    }
    const DDBStreamBatchInfo = { streamArn, batchSize: records.length };
    queues.send(onFailure, { DDBStreamBatchInfo }, this.#principalOf(functionArn));
  }

  #mayRead({ functionArn, streamArn }: EventSource): boolean {
    const needed = actions.map((action) => ({ action: `dynamodb:${action}`, resource: streamArn }));
    return this.#services.iam.mayDo(this.#principalOf(functionArn), needed);
  }

  /** Lambda reads a stream in the role of the function. */
  #principalOf(functionArn: string): Principal {
    const { iam, lambda } = this.#services;
    const { name, roleArn } = lambda.find(functionArn.replace(/(:function:[^:]+):.*$/, "$1")).definition;
    return iam.assume("lambda.amazonaws.com", roleArn, name).principal;
  }
}

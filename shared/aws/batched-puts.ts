import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { UnavailableError } from "../refund/unavailable.ts";
import type { Item } from "./attributes.ts";

/** As many as one BatchWriteItem takes. */
const maxBatch = 25;
/** A put waits for others for so long, in ms: hundreds of checks end in this time when hundreds are under way. */
const gatherMs = 5;
const maxTries = 5;

type Waiting = { readonly item: Item; done(): void; failed(error: unknown): void };

export type BatchedPutsDeps = {
  readonly send: DynamoDBClient["send"];
  readonly table: string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
};

/**
 * Puts items that need no condition, those that come at about the same time in one request: a request costs far more than the
 * item in it. A put is done when its item is stored, and rejects when that cannot be known.
 */
export function createBatchedPuts({ send, table, sleep, random }: BatchedPutsDeps): (item: Item) => Promise<void> {
  let gathering: Waiting[] = [];

  async function write(batch: readonly Waiting[]): Promise<void> {
    let puts = batch.map(({ item }) => ({ PutRequest: { Item: item } }));
    for (let tries = 1; ; tries++) {
      const { UnprocessedItems } = await send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
      puts = (UnprocessedItems?.[table] ?? []) as typeof puts;
      if (puts.length === 0) return;
      if (tries === maxTries)
        throw new UnavailableError("RECORD_UNAVAILABLE", { cause: new Error("the table left items unwritten") });
      await sleep(20 * 2 ** tries * (0.5 + random()));
    }
  }

  function flush(): void {
    const batch = gathering;
    gathering = [];
    if (batch.length === 0) return;
    write(batch).then(
      () => {
        for (const { done } of batch) done();
      },
      (error: unknown) => {
        for (const { failed } of batch) failed(error);
      },
    );
  }

  return (item) =>
    new Promise((done, failed) => {
      gathering.push({ item, done, failed });
      if (gathering.length === maxBatch) flush();
      // Not waited for: the promises of the puts themselves say how the batch ended.
      else if (gathering.length === 1) void sleep(gatherMs).then(flush);
    });
}

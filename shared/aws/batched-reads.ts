import { BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { UnavailableError } from "../refund/unavailable.ts";
import type { Item } from "./attributes.ts";

/** As many as one BatchGetItem takes. */
export const maxBatch = 100;

export type BatchedReadsDeps = {
  readonly send: DynamoDBClient["send"];
  readonly table: string;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
};

/**
 * Reads many items by their keys, some batches at once. What the table leaves unread is read again until `giveUpAt`, epoch ms.
 * @throws {UnavailableError} when it is still unread then
 */
export function createBatchedReads(
  deps: BatchedReadsDeps,
): (keys: readonly Item[], giveUpAt: number) => Promise<Item[]> {
  const { send, table, now, random, sleep } = deps;

  async function readBatch(keys: Item[], giveUpAt: number): Promise<Item[]> {
    const items: Item[] = [];
    for (let wanted = keys; wanted.length > 0; ) {
      const { Responses, UnprocessedKeys } = await send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } } }),
      );
      items.push(...(Responses?.[table] ?? []));
      wanted = UnprocessedKeys?.[table]?.Keys ?? [];
      if (wanted.length === 0) break;
      const waitMs = 50 + 50 * random();
      if (now() + waitMs >= giveUpAt) {
        throw new UnavailableError("RECORD_UNAVAILABLE", { cause: new Error("the table left items unread") });
      }
      await sleep(waitMs);
    }
    return items;
  }

  return async (keys, giveUpAt) => {
    const batches: Promise<Item[]>[] = [];
    for (let i = 0; i < keys.length; i += maxBatch) batches.push(readBatch(keys.slice(i, i + maxBatch), giveUpAt));
    return (await Promise.all(batches)).flat();
  };
}

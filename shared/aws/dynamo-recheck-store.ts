import { BatchGetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { DueCursor, DuePage, RecheckStore } from "../refund/recheck-store.ts";
import type { Refund } from "../refund/refund.ts";
import { replacedAnswer } from "../refund/refund-store.ts";
import type { Item } from "./attributes.ts";
import { createBatchedPuts } from "./batched-puts.ts";
import { createConditionalPuts, ifAbsent, ifUnchanged } from "./conditional-puts.ts";
import type { DynamoStoreOptions } from "./dynamo-refund-store.ts";
import { answerItem, dueIndex, readRefundItem, refundItem, sweepItem } from "./refund-items.ts";

/** As many as one BatchGetItem takes. */
const maxBatch = 100;
/** Read by several of these at once: a page at a time, a busy table would set the pace of the sweep. */
const pageSize = 5 * maxBatch;

/** What the rechecks keep in DynamoDB, beside and by the same rules as the requests. */
export function createDynamoRecheckStore(options: DynamoStoreOptions): RecheckStore {
  const { client, table } = options;
  const { put, outlastingConflicts } = createConditionalPuts(options);
  const putAnswer = createBatchedPuts(options);

  const queryDue = (shard: string, now: number, limit: number, from: DueCursor | undefined) =>
    client.send(
      new QueryCommand({
        TableName: table,
        IndexName: dueIndex,
        KeyConditionExpression: "dueShard = :shard AND dueAt <= :now",
        ExpressionAttributeValues: { ":shard": { S: shard }, ":now": { N: String(now) } },
        Limit: limit,
        ExclusiveStartKey: from?.opaque as Item | undefined,
      }),
    );

  async function readItems(keys: Item[]): Promise<Item[]> {
    const items: Item[] = [];
    for (let wanted: Item[] = keys; wanted.length > 0; ) {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } } }),
      );
      items.push(...(Responses?.[table] ?? []));
      wanted = UnprocessedKeys?.[table]?.Keys ?? [];
      if (wanted.length > 0) await options.sleep(50 + 50 * options.random());
    }
    return items;
  }

  return {
    async hasDue(shard, now) {
      const { Items = [] } = await queryDue(shard, now, 1, undefined);
      return Items.length > 0;
    },

    async leaseSweep(shard, lease, now) {
      const failure = await put({
        item: sweepItem(shard, lease),
        condition: `${ifAbsent} OR leaseUntil <= :now`,
        values: { ":now": { N: String(now) } },
      });
      // Its own, where the SDK tried again after an answer was lost.
      return failure === undefined || failure.item?.leaseOwner?.S === lease.owner;
    },

    async releaseSweep(shard, owner) {
      // Not held any more is as good as given back: the lease had ended, and somebody else sweeps.
      await put({
        item: sweepItem(shard, { owner, until: 0 }),
        condition: "leaseOwner = :owner",
        values: { ":owner": { S: owner } },
      });
    },

    async readDue(shard, now, from): Promise<DuePage> {
      const { Items: keys = [], LastEvaluatedKey } = await queryDue(shard, now, pageSize, from);
      const batches: Item[][] = [];
      for (let i = 0; i < keys.length; i += maxBatch) {
        batches.push(keys.slice(i, i + maxBatch).map(({ pk, sk }) => ({ pk, sk }) as Item));
      }
      const items = (await Promise.all(batches.map(readItems))).flat();
      const refunds: Refund[] = [];
      let unreadable = 0;
      for (const item of items) {
        const refund = tryRead(() => readRefundItem(item, options));
        if (refund === undefined) unreadable++;
        // The index is a moment behind the table; what has been checked since is not due any more.
        else if (refund.dueAt !== undefined && refund.dueAt <= now) refunds.push(refund);
      }
      refunds.sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0));
      return { refunds, unreadable, next: LastEvaluatedKey && { opaque: LastEvaluatedKey } };
    },

    settle: ({ before, after, allowedFrom }) =>
      outlastingConflicts(async () => {
        const refund = { item: refundItem(after, options), ...ifUnchanged(before.version, allowedFrom) };
        const replaced = replacedAnswer(before, after);
        if (replaced !== undefined) await putAnswer(answerItem(after, replaced));
        const failure = await put(refund);
        if (failure === undefined) return { kind: "settled" };
        if (failure.item === undefined) return "conflict";
        return { kind: "superseded", refund: readRefundItem(failure.item, options) };
      }),
  };
}

function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Item } from "../shared/aws/attributes.ts";
import { dueIndex } from "../shared/names.ts";

/** An entry of the index of what is due: the key of an item, and since or until when it waits, in epoch ms. */
export type DueEntry = { readonly pk: string; readonly dueAt: number };

export type DueEntriesDeps = { readonly client: DynamoDBClient; readonly table: string };

export type DueRange = {
  readonly shards: readonly string[];
  /** Where to go on: behind this entry. */
  readonly after?: DueEntry | undefined;
  /** Leaves out what is due later, epoch ms. */
  readonly until?: number | undefined;
};

/** As many keys as one query reads; a page of a list has about as many. */
const pageSize = 50;

type Shard = {
  readonly name: string;
  readonly waiting: DueEntry[];
  next: Item | undefined;
  /** All entries that are due before this are read. A page may end among entries of one instant, which have no order. */
  readUntil: number;
};

/**
 * The entries of several shards of the index, in one order: by when they are due, then by key. Pages of the shards are read as
 * they are needed, so a short list costs little however long the index is.
 */
export async function* readDueEntries({ client, table }: DueEntriesDeps, range: DueRange): AsyncGenerator<DueEntry> {
  const { after } = range;
  const shards: Shard[] = range.shards.map((name) => ({ name, waiting: [], next: undefined, readUntil: 0 }));

  async function readPage(shard: Shard): Promise<void> {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: dueIndex,
        KeyConditionExpression: "dueShard = :shard AND dueAt BETWEEN :from AND :until",
        ExpressionAttributeValues: {
          ":shard": { S: shard.name },
          ":from": { N: String(after?.dueAt ?? 0) },
          ":until": { N: String(range.until ?? Number.MAX_SAFE_INTEGER) },
        },
        Limit: pageSize,
        ExclusiveStartKey: shard.next,
      }),
    );
    const entries = Items.map(({ pk, dueAt }) => ({ pk: pk?.S ?? "", dueAt: Number(dueAt?.N) }));
    shard.next = LastEvaluatedKey;
    shard.readUntil = LastEvaluatedKey === undefined ? Number.POSITIVE_INFINITY : (entries.at(-1)?.dueAt ?? 0);
    shard.waiting.push(...entries.filter((entry) => after === undefined || compareEntries(entry, after) > 0));
    shard.waiting.sort(compareEntries);
  }

  for (;;) {
    for (let unread = shards.filter(wantsPage); unread.length > 0; unread = unread.filter(wantsPage)) {
      await Promise.all(unread.map(readPage));
    }
    const [first] = shards.filter(({ waiting }) => waiting.length > 0).toSorted(byFirstEntry);
    const entry = first?.waiting.shift();
    if (entry === undefined) return;
    yield entry;
  }
}

/** True while it is not known which entry of the shard comes first. */
function wantsPage({ waiting: [first], readUntil }: Shard): boolean {
  return readUntil !== Number.POSITIVE_INFINITY && (first === undefined || first.dueAt >= readUntil);
}

/** Negative where `a` comes before `b`. Entries of one instant are in the order of their keys. */
function compareEntries(a: DueEntry, b: DueEntry): number {
  if (a.dueAt !== b.dueAt) return a.dueAt - b.dueAt;
  return a.pk < b.pk ? -1 : Number(a.pk > b.pk);
}

function byFirstEntry({ waiting: [a] }: Shard, { waiting: [b] }: Shard): number {
  return a === undefined || b === undefined ? 0 : compareEntries(a, b);
}

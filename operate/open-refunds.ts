import { refundOfPk, refundPk, shardsOf } from "../shared/aws/keys.ts";
import { type DueEntriesDeps, type DueEntry, readDueEntries } from "./due-entries.ts";
import { isWanted, type OpenRefundsFilter } from "./open-refunds-filter.ts";
import type { RecordedRefund } from "./recorded-refund.ts";
import { createRefundRecords } from "./refund-records.ts";

export type OpenRefundsDeps = DueEntriesDeps & { readonly now: () => number };

/** A refund of a list, and where the list goes on behind it. */
export type OpenRefund = { readonly recorded: RecordedRefund; readonly entry: DueEntry };

export type OpenRefundsPage = {
  readonly refunds: readonly RecordedRefund[];
  /** What the next page is read with; undefined on the last one. */
  readonly next: DueEntry | undefined;
};

export type OpenRefunds = ReturnType<typeof createOpenRefunds>;

const openShards = [...shardsOf("tell"), ...shardsOf("check"), ...shardsOf("person")];

/** As many refunds as one read takes. */
const maxBatch = 100;

/**
 * The refunds that something is still to be done about: those that are checked again, those that partners are still to be told of,
 * and those that only a person checks any more. They come from the index of what is due, so settled refunds cost nothing here, however many there are.
 */
export function createOpenRefunds({ client, table, now }: OpenRefundsDeps) {
  const { read } = createRefundRecords({ client, table });

  /**
   * All that the filter wants, by when they are due; those that partners are to be told of stand at when that began, and those
   * that are left to a person at their last check. As
   * many as `batchSize` are read at once.
   */
  async function* readOpen(
    filter: OpenRefundsFilter,
    { after, batchSize = maxBatch }: { readonly after?: DueEntry | undefined; readonly batchSize?: number } = {},
  ): AsyncGenerator<OpenRefund> {
    const shards = filter.state === "untold" ? shardsOf("tell") : openShards;
    const until = filter.isDue ? now() : undefined;
    const seen = new Set<string>();
    let batch: DueEntry[] = [];
    for await (const entry of readDueEntries({ client, table }, { shards, after, until })) {
      // One that moves within the index meanwhile may be met twice.
      if (seen.has(entry.pk) || !mayBeOf(entry, filter.mid)) continue;
      seen.add(entry.pk);
      batch.push(entry);
      if (batch.length < batchSize) continue;
      yield* readBatch(batch, filter);
      batch = [];
    }
    yield* readBatch(batch, filter);
  }

  async function* readBatch(entries: readonly DueEntry[], filter: OpenRefundsFilter): AsyncGenerator<OpenRefund> {
    const identities = entries.flatMap(({ pk }) => refundOfPk(pk) ?? []);
    const found = new Map((await read(identities)).map((recorded) => [refundPk(recorded.refund), recorded]));
    for (const entry of entries) {
      const recorded = found.get(entry.pk);
      if (recorded !== undefined && isWanted(recorded, filter, now())) yield { recorded, entry };
    }
  }

  return {
    readOpen,

    /** A page of at most `limit` refunds, behind `after` where that is given. */
    async readPage(filter: OpenRefundsFilter, limit: number, after?: DueEntry): Promise<OpenRefundsPage> {
      const refunds: RecordedRefund[] = [];
      let last: DueEntry | undefined;
      const batchSize = Math.min(limit + 1, maxBatch);
      for await (const { recorded, entry } of readOpen(filter, { after, batchSize })) {
        if (refunds.length === limit) return { refunds, next: last };
        refunds.push(recorded);
        last = entry;
      }
      return { refunds, next: undefined };
    },

    /** The merchants and the products of all open refunds, from their keys alone. */
    async seen(): Promise<{ readonly mids: readonly string[]; readonly products: readonly string[] }> {
      const [mids, products] = [new Set<string>(), new Set<string>()];
      for await (const { pk } of readDueEntries({ client, table }, { shards: openShards })) {
        const { mid, instMid } = refundOfPk(pk) ?? {};
        if (mid !== undefined) mids.add(mid);
        if (instMid !== undefined) products.add(instMid);
      }
      return { mids: [...mids], products: [...products] };
    },
  };
}

function mayBeOf({ pk }: DueEntry, mid: string | undefined): boolean {
  return mid === undefined || refundOfPk(pk)?.mid === mid;
}

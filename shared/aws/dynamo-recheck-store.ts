import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { dueIndex } from "../names.ts";
import type { DueCursor, DuePage, RecheckStore } from "../refund/recheck-store.ts";
import type { Lease, Refund } from "../refund/refund.ts";
import { replacedAnswer } from "../refund/refund-store.ts";
import { answerItem } from "./answer-item.ts";
import type { Item } from "./attributes.ts";
import { auditItem } from "./audit-item.ts";
import { createBatchedPuts } from "./batched-puts.ts";
import { createBatchedReads, maxBatch } from "./batched-reads.ts";
import { settleOver } from "./claim-writes.ts";
import { type RefundLayout, readRefundItem } from "./refund-item.ts";
import { sweepItem } from "./sweep-item.ts";
import { createTable, ifAbsent, type TableDeps } from "./table.ts";

/** Read by several batches at once: a page at a time, a busy table would set the pace of the sweep. */
const pageSize = 5 * maxBatch;

export type DynamoRecheckStoreDeps = TableDeps & RefundLayout & { readonly now: () => number };

/** What the rechecks keep in DynamoDB, beside and by the same rules as the requests. */
export function createDynamoRecheckStore(deps: DynamoRecheckStoreDeps): RecheckStore {
  const { send, write, writeAll, whileBusy } = createTable(deps);
  const putAnswer = createBatchedPuts({ ...deps, send });
  const readItems = createBatchedReads({ ...deps, send });

  const queryDue = (shard: string, now: number, limit: number, from: DueCursor | undefined) =>
    send(
      new QueryCommand({
        TableName: deps.table,
        IndexName: dueIndex,
        KeyConditionExpression: "dueShard = :shard AND dueAt <= :now",
        ExpressionAttributeValues: { ":shard": { S: shard }, ":now": { N: String(now) } },
        Limit: limit,
        ExclusiveStartKey: from?.opaque as Item | undefined,
      }),
    );

  const ifOwner = (owner: string) => ({ condition: "leaseOwner = :owner", values: { ":owner": { S: owner } } });
  const putSweep = async (group: string, lease: Lease) =>
    (await write({ write: { put: sweepItem(group, lease) }, ...ifOwner(lease.owner) })).failure === undefined;

  return {
    async oldestDueAt(shard, now) {
      const { Items: [oldest] = [] } = await queryDue(shard, now, 1, undefined);
      return oldest && Number(oldest.dueAt?.N);
    },

    async leaseSweep(group, lease, now) {
      const { failure } = await write({
        write: { put: sweepItem(group, lease) },
        condition: `${ifAbsent} OR leaseUntil <= :now`,
        values: { ":now": { N: String(now) } },
      });
      // Its own, where the SDK tried again after an answer was lost.
      return failure === undefined || failure.item?.leaseOwner?.S === lease.owner;
    },

    renewSweep: putSweep,

    async releaseSweep(group, owner) {
      // Not held any more is as good as given back: the lease had ended, and somebody else sweeps.
      await putSweep(group, { owner, until: 0 });
    },

    async readDue(shard, now, from, giveUpAt): Promise<DuePage> {
      const { Items: keys = [], LastEvaluatedKey } = await queryDue(shard, now, pageSize, from);
      const items = await readItems(
        keys.map(({ pk, sk }) => ({ pk, sk }) as Item),
        giveUpAt,
      );
      const refunds: Refund[] = [];
      const unreadable: string[] = [];
      for (const item of items) {
        const refund = readOrUndefined(item, deps);
        if (refund === undefined) unreadable.push(item.pk?.S ?? "");
        // The index is a moment behind the table; what has been checked since is not due any more.
        else if (refund.dueAt !== undefined && refund.dueAt <= now) refunds.push(refund);
      }
      refunds.sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0));
      return { refunds, unreadable, next: LastEvaluatedKey && { opaque: LastEvaluatedKey } };
    },

    settle: ({ before, after }) =>
      whileBusy(async () => {
        const replaced = replacedAnswer(before, after);
        if (replaced !== undefined) await putAnswer(answerItem(after, replaced));
        const settled = settleOver(before, after, deps);
        const { failure } = await write(settled.write);
        if (failure === undefined) return { kind: "settled" };
        if (failure.item === undefined) return "busy";
        if (settled.isResult(failure.item)) return { kind: "settled" };
        return { kind: "superseded", refund: readRefundItem(failure.item, deps) };
      }),

    recordVerification: (refund, verification) =>
      whileBusy(async () => {
        const done = { ...refund, version: refund.version + 1, dueAt: undefined, verifyRequestedAt: undefined };
        const unchanged = { condition: "#version = :before", values: { ":before": { N: String(refund.version) } } };
        const failures = await writeAll([
          { write: settleOver(refund, done, deps).write.write, ...unchanged },
          { write: { put: auditItem(refund, verification) } },
        ]);
        // Where the refund has changed meanwhile, another sweep has verified it.
        return failures.some((one) => one?.busy) ? "busy" : undefined;
      }),
  };
}

function readOrUndefined(item: Item, layout: RefundLayout): Refund | undefined {
  try {
    return readRefundItem(item, layout);
  } catch {
    return undefined;
  }
}

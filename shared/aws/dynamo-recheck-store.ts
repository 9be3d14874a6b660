import type { RecheckStore } from "../refund/recheck-store.ts";
import { replacedAnswer } from "../refund/refund-store.ts";
import { answerItem } from "./answer-item.ts";
import { auditItem } from "./audit-item.ts";
import { createBatchedPuts } from "./batched-puts.ts";
import { maxBatch } from "./batched-reads.ts";
import { settleOver } from "./claim-writes.ts";
import { createDynamoSweepStore } from "./dynamo-sweep-store.ts";
import { type RefundLayout, readRefundItem } from "./refund-item.ts";
import { createRefundPages } from "./refund-pages.ts";
import { createTable, type TableDeps } from "./table.ts";

/** Read by several batches at once: a page at a time, a busy table would set the pace of the sweep. */
const pageSize = 5 * maxBatch;

export type DynamoRecheckStoreDeps = TableDeps & RefundLayout & { readonly now: () => number };

/** What the rechecks keep in DynamoDB, beside and by the same rules as the requests. */
export function createDynamoRecheckStore(deps: DynamoRecheckStoreDeps): RecheckStore {
  const { send, write, writeAll, whileBusy } = createTable(deps);
  const putAnswer = createBatchedPuts({ ...deps, send });

  return {
    ...createDynamoSweepStore(deps),

    readDue: createRefundPages({ ...deps, send, pageSize, dueAtOf: ({ dueAt }) => dueAt }),

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

import type { Lease } from "../refund/refund.ts";
import type { SweepStore } from "../refund/sweep-store.ts";
import { createDueIndex } from "./due-index.ts";
import { sweepItem } from "./sweep-item.ts";
import { createTable, ifAbsent, type TableDeps } from "./table.ts";

/** The rights to sweep, and how far behind the due index is, in DynamoDB. */
export function createDynamoSweepStore(deps: TableDeps): SweepStore {
  const { send, write } = createTable(deps);

  const ifOwner = (owner: string) => ({ condition: "leaseOwner = :owner", values: { ":owner": { S: owner } } });
  const putSweep = async (group: string, lease: Lease) =>
    (await write({ write: { put: sweepItem(group, lease) }, ...ifOwner(lease.owner) })).failure === undefined;

  return {
    oldestDueAt: createDueIndex({ ...deps, send }).oldestDueAt,

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
  };
}

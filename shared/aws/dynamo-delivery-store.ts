import type { DeliveryStore } from "../telling/delivery-store.ts";
import { createBatchedReads } from "./batched-reads.ts";
import { deliveryAttributes, deliveryItem, deliveryKey, eventOfDelivery, readDeliveryItem } from "./delivery-item.ts";
import { createDueIndex } from "./due-index.ts";
import { createTable, ifAbsent, type TableDeps } from "./table.ts";
import { changeOf } from "./update.ts";

/** Keys of deliveries are small, and most of them are wanted. */
const pageSize = 1_000;

export type DynamoDeliveryStoreDeps = TableDeps & { readonly shards: number; readonly now: () => number };

/** Deliveries in DynamoDB, beside their events. */
export function createDynamoDeliveryStore(deps: DynamoDeliveryStoreDeps): DeliveryStore {
  const { send, write, whileBusy } = createTable(deps);
  const { shards } = deps;
  const { dueKeys } = createDueIndex({ ...deps, send });
  const readItems = createBatchedReads({ ...deps, send });

  return {
    async dueDeliveries(shard, now, from) {
      const { keys, next } = await dueKeys(shard, now, pageSize, from);
      return { keys: keys.map(eventOfDelivery).filter((key) => key !== undefined), next };
    },

    async readDeliveries(keys, giveUpAt) {
      const items = await readItems(keys.map(deliveryKey), giveUpAt);
      return items.map(readDeliveryItem).filter((delivery) => delivery !== undefined);
    },

    addDelivery: (delivery) =>
      whileBusy(async () => {
        const { failure } = await write({ write: { put: deliveryItem(delivery, shards) }, condition: ifAbsent });
        return failure?.busy ? "busy" : undefined;
      }),

    moveDelivery: (before, after) =>
      whileBusy(async () => {
        const change = changeOf(
          deliveryKey(after),
          deliveryAttributes(before, shards),
          deliveryAttributes(after, shards),
        );
        const { failure } = await write({
          write: change,
          condition: "attempts = :attemptsBefore AND dueAt = :dueBefore",
          values: { ":attemptsBefore": { N: String(before.attempts) }, ":dueBefore": { N: String(before.dueAt) } },
        });
        return failure?.busy ? "busy" : undefined;
      }),
  };
}

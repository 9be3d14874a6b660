import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { BatchedReadsDeps } from "../shared/aws/batched-reads.ts";
import { refundPk } from "../shared/aws/keys.ts";
import { createUsedKeys, type UsedKey } from "../shared/aws/used-keys.ts";
import { parseIdempotencyKey } from "../shared/partner/idempotency-key.ts";
import type { RefundIdentity } from "../shared/refund/refund.ts";
import type { RecordedRefund } from "./recorded-refund.ts";
import { createRefundRecords } from "./refund-records.ts";

export type FindByKeyDeps = Omit<BatchedReadsDeps, "send"> & { readonly client: DynamoDBClient };

/** A refund that is looked for, and the keys that led to it; there are none where it was found by its number. */
export type FoundRefund = { readonly recorded: RecordedRefund; readonly keys: readonly UsedKey[] };

/** Finds refunds by the `Idempotency-Key` of a request, as a partner quotes it. It scans nothing. */
export function createFindByKey(deps: FindByKeyDeps) {
  const { client, table } = deps;
  const usedKeys = createUsedKeys({ ...deps, send: client.send.bind(client) as DynamoDBClient["send"] });
  const { read } = createRefundRecords({ client, table });

  return {
    /** The refunds that these partners have used the key for; none where the text is no key. It reads one item a partner. */
    async find(text: string, partnerIds: readonly string[]): Promise<FoundRefund[]> {
      const value = parseIdempotencyKey(text);
      const keys = value === undefined ? [] : await usedKeys.find(value, partnerIds);
      const recorded = await read([...new Map(keys.map(({ refund }) => [refundPk(refund), refund])).values()]);
      return recorded.map((one) => ({ recorded: one, keys: keysOf(one.refund, keys) }));
    },

    /** Those of the keys with these ids that were used for the refund. */
    keysOf: async (refund: RefundIdentity, ids: readonly string[]) => keysOf(refund, await usedKeys.read(ids)),
  };
}

function keysOf(refund: RefundIdentity, keys: readonly UsedKey[]): UsedKey[] {
  return keys.filter((key) => refundPk(key.refund) === refundPk(refund));
}

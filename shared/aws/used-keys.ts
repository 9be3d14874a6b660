import * as z from "zod/mini";
import { keyPrefixes } from "../names.ts";
import { idempotencyKeyId } from "../partner/idempotency-key.ts";
import type { RefundIdentity } from "../refund/refund.ts";
import { fromItem, type Item } from "./attributes.ts";
import { type BatchedReadsDeps, createBatchedReads } from "./batched-reads.ts";
import { refundOfPk } from "./keys.ts";
import { instant } from "./stored-forms.ts";

const giveUpAfterMs = 60_000;

/** An `Idempotency-Key` on record, and the refund that it was used for first. */
export type UsedKey = {
  /** Partner and digest, as the key is stored by. */
  readonly id: string;
  readonly partnerId: string;
  readonly refund: RefundIdentity;
  /** Epoch ms; from then on the key counts no more, though DynamoDB may keep it for days. */
  readonly expiresAt: number;
};

/**
 * Finds keys for people. No function needs this, because a request that brings a key names its refund itself.
 * Each read is of one item, for which the table takes one read unit whether it is there or not.
 */
export function createUsedKeys(deps: BatchedReadsDeps) {
  const readItems = createBatchedReads(deps);

  /** @throws {UnavailableError} when the table leaves keys unread for a minute */
  async function read(ids: readonly string[]): Promise<UsedKey[]> {
    // The table refuses to be asked for one item twice.
    const keys = [...new Set(ids)].map((id): Item => ({ pk: { S: keyPrefixes.key + id }, sk: { S: "KEY" } }));
    return (await readItems(keys, deps.now() + giveUpAfterMs)).flatMap((item) => usedKeyIn(item) ?? []);
  }

  return {
    read,
    /** The keys of this value, of each of these partners that has used it. */
    find: (value: string, partnerIds: readonly string[]) =>
      read(partnerIds.map((partnerId) => idempotencyKeyId(partnerId, value))),
  };
}

const schema = z.object({ pk: z.string(), refund: z.string(), expiresAt: instant });

/** Undefined for an item that names no refund, because any version may stop writing that. */
function usedKeyIn(item: Item): UsedKey | undefined {
  const { data } = schema.safeParse(fromItem(item));
  const refund = data && refundOfPk(data.refund);
  if (data === undefined || refund === undefined) return undefined;
  const id = data.pk.slice(keyPrefixes.key.length);
  return { id, partnerId: id.slice(0, id.lastIndexOf("#")), refund, expiresAt: data.expiresAt };
}

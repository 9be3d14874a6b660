import * as z from "zod/mini";
import { keyPrefixes } from "../names.ts";
import type { RefundIdentity } from "../refund/refund.ts";
import type { RequestKey } from "../refund/refund-store.ts";
import { UnavailableError } from "../refund/unavailable.ts";
import { fromItem, type Item, toItem } from "./attributes.ts";
import { refundPk, ttlSeconds } from "./keys.ts";
import { instant } from "./stored-forms.ts";

/** A key that a partner chose. */
export function keyItem({ id, payloadDigest, expiresAt }: RequestKey, refund: RefundIdentity): Item {
  return toItem({
    pk: keyPrefixes.key + id,
    sk: "KEY",
    payloadDigest,
    refund: refundPk(refund),
    expiresAt,
    ttl: ttlSeconds(expiresAt),
  });
}

const keyItemSchema = z.object({ payloadDigest: z.string(), expiresAt: instant });

/** @throws {UnavailableError} RECORD_UNREADABLE when the item is no key as this version knows one */
export function readKeyItem(item: Item): Pick<RequestKey, "payloadDigest" | "expiresAt"> {
  const parsed = keyItemSchema.safeParse(fromItem(item));
  if (!parsed.success) throw new UnavailableError("RECORD_UNREADABLE", { cause: parsed.error });
  return parsed.data;
}

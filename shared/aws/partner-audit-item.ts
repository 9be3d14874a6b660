import * as z from "zod/mini";
import { keyPrefixes } from "../names.ts";
import { fromItem, type Item, toItem } from "./attributes.ts";
import { instant } from "./stored-forms.ts";

const skPrefix = "AUDIT#";

/** A change of a partner by an operator. */
export type PartnerChange = {
  readonly partnerId: string;
  readonly at: number;
  /** What was done, as the command calls it: `add`, `rotate`, `remove` … */
  readonly change: string;
  /** Who says to have done it: the name of the account on the operator's machine. */
  readonly by: string;
  /** Under which AWS CloudTrail has the call with the identity that made it. */
  readonly requestId: string | undefined;
};

export function partnerAuditItem({ partnerId, at, change, by, requestId }: PartnerChange): Item {
  return toItem({
    ...partnerAuditKey(partnerId),
    sk: skPrefix + new Date(at).toISOString(),
    at,
    change,
    by,
    requestId,
  });
}

/** The partition that holds the changes of a partner, oldest first. */
export function partnerAuditKey(partnerId: string): { readonly pk: string } {
  return { pk: keyPrefixes.partner + partnerId };
}

const schema = z.object({
  pk: z.string(),
  at: instant,
  change: z.string(),
  by: z.string(),
  requestId: z.optional(z.string()),
});

/** @throws {z.core.$ZodError} when the item is not a change of a partner */
export function readPartnerAuditItem(item: Item): PartnerChange {
  const { pk, at, change, by, requestId } = schema.parse(fromItem(item));
  return { partnerId: pk.slice(keyPrefixes.partner.length), at, change, by, requestId };
}

import * as z from "zod/mini";
import { fromItem, type Item, toItem } from "../shared/aws/attributes.ts";
import { refundPk } from "../shared/aws/refund-items.ts";
import { type AnswerFields, type MatchedBy, matchNumbers } from "../shared/refund/check.ts";
import type { Reading } from "../shared/refund/reading.ts";
import { readingOfWord, readingWord } from "../shared/refund/reading-word.ts";
import type { RefundIdentity } from "../shared/refund/refund.ts";

/** What ChinaUMS said when an operator had a final refund checked once more. Nothing on record changed by it. */
export type Verification = {
  /** Epoch ms. */
  readonly at: number;
  readonly reading: Reading;
  readonly code: string | undefined;
  readonly matchedBy: MatchedBy | undefined;
  /** True if ChinaUMS now reports another outcome than the record has. */
  readonly contradicts: boolean;
  readonly fields: AnswerFields;
  readonly latencyMs: number;
};

const auditPrefix = "AUDIT#";

const auditItemSchema = z.object({
  at: z.number().check(z.nonnegative()),
  kind: z.literal("verified"),
  reading: z.string(),
  code: z.optional(z.string()),
  matchedBy: z.optional(z.enum(matchNumbers)),
  contradicts: z.literal([0, 1]),
  fields: z._default(z.string(), "{}"),
  latencyMs: z.number().check(z.nonnegative()),
});

/** A verification in the audit trail, below the partition key of its refund. */
export function auditItem(refund: RefundIdentity, { reading, fields, contradicts, ...plain }: Verification): Item {
  return toItem({
    pk: refundPk(refund),
    sk: auditPrefix + new Date(plain.at).toISOString(),
    kind: "verified",
    ...plain,
    reading: readingWord(reading),
    contradicts: contradicts ? 1 : 0,
    fields: JSON.stringify(fields),
  });
}

/**
 * The verification in an item below a refund's partition key, or undefined if the item is another one.
 * @throws if the item does not have its form
 */
export function readAuditItem(item: Item): Verification | undefined {
  if (!item.sk?.S?.startsWith(auditPrefix)) return undefined;
  const { at, reading: word, code, matchedBy, contradicts, fields, latencyMs } = auditItemSchema.parse(fromItem(item));
  const reading = readingOfWord(word);
  if (reading === undefined) throw new Error("the audit item has an unknown reading");
  const read = JSON.parse(fields) as AnswerFields;
  return { at, reading, code, matchedBy, contradicts: contradicts === 1, fields: read, latencyMs };
}

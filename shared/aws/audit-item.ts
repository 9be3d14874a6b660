import * as z from "zod/mini";
import { readingWord } from "../refund/reading-word.ts";
import type { RefundIdentity } from "../refund/refund.ts";
import type { Verification } from "../refund/verification.ts";
import { fieldsForm } from "./answer-item.ts";
import { fromItem, type Item, toItem } from "./attributes.ts";
import { refundPk } from "./keys.ts";
import { isOperatorAction } from "./operator-action-item.ts";
import { count, instant, matchedByForm, readingWordForm } from "./stored-forms.ts";

const skPrefix = "AUDIT#";

/** A verification below the partition key of its refund. */
export function auditItem(refund: RefundIdentity, verification: Verification): Item {
  const { at, reading, code, matchedBy, contradicts, latencyMs, fields } = verification;
  return toItem({
    pk: refundPk(refund),
    sk: skPrefix + new Date(at).toISOString(),
    at,
    kind: "verified",
    reading: readingWord(reading),
    code,
    matchedBy,
    contradicts: contradicts ? 1 : 0,
    latencyMs,
    fields: fields && JSON.stringify(fields),
  });
}

const auditItemSchema = z.object({
  at: instant,
  kind: z.literal("verified"),
  reading: readingWordForm,
  code: z.optional(z.string()),
  matchedBy: z.optional(matchedByForm),
  contradicts: count,
  latencyMs: count,
  fields: z.optional(fieldsForm),
});

/**
 * The verification in an item below a refund's partition key, or undefined where the item is another one.
 * @throws {z.core.$ZodError} when it is a verification, and does not have its form
 */
export function readAuditItem(item: Item): Verification | undefined {
  if (!item.sk?.S?.startsWith(skPrefix) || isOperatorAction(item)) return undefined;
  const { at, reading, code, matchedBy, contradicts, latencyMs, fields } = auditItemSchema.parse(fromItem(item));
  return { at, reading, code, matchedBy, contradicts: contradicts > 0, latencyMs, fields };
}

import * as z from "zod/mini";
import type { AnswerFields, Check, MatchedBy } from "../refund/check.ts";
import type { Reading } from "../refund/reading.ts";
import { readingWord } from "../refund/reading-word.ts";
import type { RefundIdentity } from "../refund/refund.ts";
import { fieldsForm } from "./answer-item.ts";
import { fromItem, type Item, toItem } from "./attributes.ts";
import { refundPk } from "./keys.ts";
import { count, instant, matchedByForm, readingWordForm } from "./stored-forms.ts";

const skPrefix = "AUDIT#";

/** What ChinaUMS said when an operator had a final refund verified. It changes nothing about the refund. */
export type Verification = {
  /** Epoch ms. */
  readonly at: number;
  readonly reading: Reading;
  readonly code: string | undefined;
  readonly matchedBy: MatchedBy | undefined;
  /** True if ChinaUMS now says something else of this refund than what is on record. */
  readonly contradicts: boolean;
  readonly latencyMs: number;
  readonly fields: AnswerFields | undefined;
};

/** A verification below the partition key of its refund. */
export function auditItem(refund: RefundIdentity, check: Check, contradicts: boolean, at: number): Item {
  return toItem({
    pk: refundPk(refund),
    sk: skPrefix + new Date(at).toISOString(),
    at,
    kind: "verified",
    reading: readingWord(check.reading),
    code: check.code,
    matchedBy: check.matchedBy,
    contradicts: contradicts ? 1 : 0,
    latencyMs: check.latencyMs,
    fields: check.answer && JSON.stringify(check.answer),
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

/** The verification in an item below a refund's partition key, or undefined where the item is another one. */
export function readAuditItem(item: Item): Verification | undefined {
  if (!item.sk?.S?.startsWith(skPrefix)) return undefined;
  const parsed = auditItemSchema.safeParse(fromItem(item));
  if (!parsed.success) return undefined;
  const { at, reading, code, matchedBy, contradicts, latencyMs, fields } = parsed.data;
  return { at, reading, code, matchedBy, contradicts: contradicts > 0, latencyMs, fields };
}

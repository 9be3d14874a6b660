import * as z from "zod/mini";
import type { AnswerFields } from "../refund/check.ts";
import { readingWord } from "../refund/reading-word.ts";
import type { KeptAnswer, RefundIdentity } from "../refund/refund.ts";
import { fromItem, type Item, toItem } from "./attributes.ts";
import { refundPk, ttlSeconds } from "./keys.ts";
import { count, instant, jsonText, matchedByForm, readingWordForm } from "./stored-forms.ts";

const skPrefix = "ANSWER#";
const keptMs = 400 * 86_400_000;

/** An answer that another has taken the place of, below the partition key of its refund. */
export function answerItem(refund: RefundIdentity, answer: KeptAnswer): Item {
  const { version, at, latencyMs, reading, matchedBy, fields } = answer;
  return toItem({
    pk: refundPk(refund),
    sk: `${skPrefix}${String(version).padStart(6, "0")}`,
    version,
    at,
    latencyMs,
    reading: readingWord(reading),
    matchedBy,
    fields: JSON.stringify(fields),
    ttl: ttlSeconds(at + keptMs),
  });
}

const isFields = (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((member) => typeof member === "string" || typeof member === "number");
export const fieldsForm = z.pipe(jsonText, z.custom<AnswerFields>(isFields));

const answerItemSchema = z.object({
  version: count,
  at: instant,
  latencyMs: count,
  reading: readingWordForm,
  matchedBy: z.optional(matchedByForm),
  fields: fieldsForm,
});

/** The answer in an item below a refund's partition key, or undefined where the item is another one. */
export function readAnswerItem(item: Item): KeptAnswer | undefined {
  if (!item.sk?.S?.startsWith(skPrefix)) return undefined;
  const { matchedBy, ...answer } = answerItemSchema.parse(fromItem(item));
  return { ...answer, matchedBy };
}

import * as z from "zod/mini";
import type { AnswerFields } from "../refund/check.ts";
import { readingWord } from "../refund/reading-word.ts";
import type { KeptAnswer } from "../refund/refund.ts";
import { count, instant, jsonText, matchedByForm, readingWordForm } from "./stored-forms.ts";

/** How the members of an answer are stored: under short names that never change their meaning. */
export type AnswerForm = {
  toStored(fields: AnswerFields): Readonly<Record<string, string | number>>;
  fromStored(stored: Readonly<Record<string, unknown>>): AnswerFields;
};

/** The names are short because a write of an item up to one kilobyte costs one unit, and one above costs two. */
export function answerText(
  { version, at, latencyMs, reading, matchedBy, fields }: KeptAnswer,
  form: AnswerForm,
): string {
  return JSON.stringify({
    v: version,
    at,
    ms: latencyMs,
    r: readingWord(reading),
    by: matchedBy,
    f: form.toStored(fields),
  });
}

export const answerTextForm = z.pipe(
  jsonText,
  z.object({
    v: count,
    at: instant,
    ms: count,
    r: readingWordForm,
    by: z.optional(matchedByForm),
    f: z.record(z.string(), z.unknown()),
  }),
);

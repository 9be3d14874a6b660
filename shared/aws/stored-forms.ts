import * as z from "zod/mini";
import { type MatchedBy, matchNumbers } from "../refund/check.ts";
import type { Reading } from "../refund/reading.ts";
import { readingOfWord } from "../refund/reading-word.ts";

// The forms that several items of the table share.

/** Epoch ms. */
export const instant = z.number().check(z.nonnegative());
export const count = z.number().check(z.nonnegative());
/** A number that stands in a set of texts. */
export const digits = z.string().check(z.regex(/^\d+$/));

/** Of a word that only a newer version knows we know that it is none of ours, which is what unfamiliar means. */
const newerReading: Reading = { kind: "unclear", cause: "unfamiliar" };
export const readingWordForm = z.pipe(
  z.string(),
  z.transform((word: string): Reading => readingOfWord(word) ?? newerReading),
);

export const matchedByForm = z.pipe(
  z.string(),
  z.transform((word: string): MatchedBy | undefined => matchNumbers.find((known) => known === word)),
);

/** The value of a JSON text. An issue, and no exception, where it is none. */
export const jsonText = z.pipe(
  z.string(),
  z.transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.issues.push({ code: "custom", message: "must be JSON", input: text });
      return z.NEVER;
    }
  }),
);

import * as z from "zod/mini";
import type { Evidence } from "../refund/evidence.ts";
import { readingWord } from "../refund/reading-word.ts";
import { count, instant, readingWordForm } from "./stored-forms.ts";

/** Rows without names, because they have to fit beside an answer: reading, code, times, at, status, bytes, digest, excerpt. */
function rowOf({ reading, code, times, at, cameBack }: Evidence): readonly (string | number)[] {
  const row = [readingWord(reading), code ?? "", times, at];
  if (cameBack === undefined) return row;
  const { status, bytes, digest, excerpt } = cameBack;
  return excerpt === "" ? [...row, status, bytes, digest] : [...row, status, bytes, digest, excerpt];
}

/**
 * The evidence as text of at most `room` bytes. Older rows make way first, then the end of the newest excerpt. The newest row
 * itself always stays.
 */
export function evidenceText(evidence: readonly Evidence[], room: number): string | undefined {
  for (let from = 0; from < evidence.length; from++) {
    const text = JSON.stringify(evidence.slice(from).map(rowOf));
    const surplus = Buffer.byteLength(text) - room;
    if (surplus <= 0) return text;
    const newest = evidence[from];
    if (newest !== undefined && from === evidence.length - 1)
      return JSON.stringify([rowOf(shortened(newest, surplus))]);
  }
  return undefined;
}

/** Every character is one byte at least, so as many characters as there are surplus bytes are enough. */
function shortened(row: Evidence, surplus: number): Evidence {
  if (row.cameBack === undefined) return row;
  const excerpt = Array.from(row.cameBack.excerpt).slice(0, -surplus).join("");
  return { ...row, cameBack: { ...row.cameBack, excerpt } };
}

/** Evidence that this version cannot read hides nothing else of the refund. */
export const evidenceForm = z.pipe(
  z.string(),
  z.transform((text): readonly Evidence[] => {
    try {
      return (JSON.parse(text) as unknown[]).map(evidenceIn);
    } catch {
      return [];
    }
  }),
);

/** Read by hand, because the forms of such a row would weigh more in every bundle than all of this file. */
function evidenceIn(row: unknown): Evidence {
  if (!Array.isArray(row)) throw new TypeError("not a row of evidence");
  const [word, code, times, at, status, bytes, digest, excerpt] = row as unknown[];
  return {
    reading: readingWordForm.parse(word),
    code: String(code) || undefined,
    times: count.parse(times),
    at: instant.parse(at),
    cameBack:
      status === undefined
        ? undefined
        : {
            status: count.parse(status),
            bytes: count.parse(bytes),
            digest: String(digest),
            excerpt: String(excerpt ?? ""),
          },
  };
}

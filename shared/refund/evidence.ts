import type { Check } from "./check.ts";
import type { Reading } from "./reading.ts";
import { readingWord } from "./reading-word.ts";

/** What came back over HTTP, as far as it may be kept: card numbers masked, nothing that looks like a signature. */
export type CameBack = {
  readonly status: number;
  /** Length of the whole body in bytes. */
  readonly bytes: number;
  /** The first 8 hex characters of the body's SHA-256, by which two bodies are told apart. */
  readonly digest: string;
  /** 200 characters at most. */
  readonly excerpt: string;
};

/** Checks in a row that gave no answer about the refund, and in the same way. */
export type Evidence = {
  readonly reading: Reading;
  readonly code: string | undefined;
  readonly times: number;
  /** The last of these checks, in epoch ms. */
  readonly at: number;
  /** What the last of them brought; absent where nothing came. */
  readonly cameBack: CameBack | undefined;
};

const keptRows = 3;

/** What is kept, after a check, of those that gave no answer that can be shown: the last three ways, oldest first. */
export function evidenceAfter(before: readonly Evidence[], check: Check, at: number): readonly Evidence[] {
  const { reading, code, answer, cameBack } = check;
  if (answer !== undefined) return before;
  const last = before.at(-1);
  const isSame =
    last !== undefined &&
    last.code === code &&
    last.cameBack?.status === cameBack?.status &&
    readingWord(last.reading) === readingWord(reading);
  const row = { reading, code, times: isSame ? last.times + 1 : 1, at, cameBack };
  return [...(isSame ? before.slice(0, -1) : before), row].slice(-keptRows);
}

import type { Reading } from "./reading.ts";

const readings: readonly Reading[] = [
  { kind: "settled", outcome: "succeeded" },
  { kind: "settled", outcome: "failed" },
  { kind: "processing" },
  { kind: "not_found" },
  { kind: "unclear", cause: "timeout" },
  { kind: "unclear", cause: "unreachable" },
  { kind: "unclear", cause: "unreadable" },
  { kind: "unclear", cause: "gateway" },
  { kind: "unclear", cause: "transient" },
  { kind: "unclear", cause: "locked" },
  { kind: "unclear", cause: "unknown" },
  { kind: "unclear", cause: "unfamiliar" },
  { kind: "blocked", by: "credentials" },
  { kind: "blocked", by: "configuration" },
  { kind: "blocked", by: "request" },
  { kind: "mismatch" },
];

/** A reading as one word, such as `unclear/timeout`: for the table, the log and the operator. */
export function readingWord(reading: Reading): string {
  switch (reading.kind) {
    case "settled":
      return `settled/${reading.outcome}`;
    case "unclear":
      return `unclear/${reading.cause}`;
    case "blocked":
      return `blocked/${reading.by}`;
    case "processing":
    case "not_found":
    case "mismatch":
      return reading.kind;
  }
}

const readingByWord: ReadonlyMap<string, Reading> = new Map(readings.map((reading) => [readingWord(reading), reading]));

/** The reading that a word stands for, or undefined where it stands for none. */
export function readingOfWord(word: string): Reading | undefined {
  return readingByWord.get(word);
}

import { allReadings, type Reading } from "./reading.ts";

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

const readingByWord: ReadonlyMap<string, Reading> = new Map(
  allReadings.map((reading) => [readingWord(reading), reading]),
);

/** The reading that a word stands for, or undefined where it stands for none. */
export function readingOfWord(word: string): Reading | undefined {
  return readingByWord.get(word);
}

import { expect, test } from "vitest";
import { allReadings } from "../../shared/refund/reading.ts";
import { readingOfWord, readingWord } from "../../shared/refund/reading-word.ts";

test("every reading is stored and logged as one word, and read back from it", () => {
  expect(allReadings.map(readingWord)).toEqual([
    "settled/succeeded",
    "settled/failed",
    "processing",
    "not_found",
    "unclear/timeout",
    "unclear/unreachable",
    "unclear/unreadable",
    "unclear/gateway",
    "unclear/transient",
    "unclear/locked",
    "unclear/unknown",
    "unclear/unfamiliar",
    "blocked/credentials",
    "blocked/configuration",
    "blocked/request",
    "mismatch",
  ]);
  expect(allReadings.map((reading) => readingOfWord(readingWord(reading)))).toEqual(allReadings);
  expect(readingOfWord("settled")).toBeUndefined();
});

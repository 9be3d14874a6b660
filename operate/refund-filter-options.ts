import { type Command, InvalidArgumentError } from "commander";
import { allReadings } from "../shared/refund/reading.ts";
import { readingWord } from "../shared/refund/reading-word.ts";
import { parseLadder } from "../shared/refund/recheck-ladder.ts";
import { allowedPredecessors } from "../shared/refund/refund.ts";
import { oneOf } from "../tools/command-line.ts";
import type { OpenRefundsFilter } from "./open-refunds-filter.ts";

/** What `--state` takes: states, readings and their kinds, and `untold`. */
export const stateWords: readonly [string, ...string[]] = [
  "untold",
  ...new Set([
    ...Object.keys(allowedPredecessors),
    ...allReadings.filter(({ kind }) => kind !== "settled").flatMap((one) => [one.kind, readingWord(one)]),
  ]),
];

export type FilterOptions = {
  readonly state?: string;
  readonly partner?: string;
  readonly mid?: string;
  readonly olderThan?: number;
  readonly due?: boolean;
};

/** Adds the options by which refunds are chosen. */
export function addFilterOptions(command: Command): Command {
  return command
    .option(
      "--state <word>",
      "a state (pending, needs_review), the last reading of one that is not final (not_found, blocked, blocked/request …), or untold",
      oneOf(stateWords),
    )
    .option("--partner <name>", "those that this partner has asked about or registered")
    .option("--mid <mid>", "those of one merchant")
    .option("--older-than <age>", "first seen longer ago, such as 30m, 12h or 1d", readAge)
    .option("--due", "those that should have been checked or told by now");
}

export function filterOf({ state, partner, mid, olderThan, due }: FilterOptions): OpenRefundsFilter {
  return { state, partner, mid, olderThanMs: olderThan, isDue: due };
}

function readAge(text: string): number {
  try {
    const [ageMs = 0, ...more] = parseLadder(text);
    if (more.length === 0) return ageMs;
  } catch {
    // The sentence below says the form.
  }
  throw new InvalidArgumentError("It is an age such as 30m, 12h or 1d.");
}

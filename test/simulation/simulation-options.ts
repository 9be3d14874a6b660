import { InvalidArgumentError } from "commander";
import { type CommandIo, createProgram, oneOf, runProgram, wholeNumber } from "../../tools/command-line.ts";
import { type FaultKind, faultKinds } from "./faults.ts";

export type SimulationOptions = {
  readonly seed: number;
  readonly count: number;
  readonly minutes?: number;
  readonly refunds: number;
  readonly days: number;
  readonly faults: number;
  readonly only?: readonly FaultKind[];
  readonly json?: boolean;
};

const examples = ["npm run simulate -- --minutes 10", "npm run simulate -- --seed 7 --count 1 --only none --json"];

/** What the words of `npm run simulate -- …` say; undefined if they were help or wrong, which has been said then. */
export async function readSimulationOptions(
  args: readonly string[],
  io: CommandIo,
): Promise<SimulationOptions | undefined> {
  let read: SimulationOptions | undefined;
  const program = createProgram("npm run simulate --", io, examples)
    .description("Runs histories of years under faults, each from a seed, and holds them to the rules.")
    .option("--seed <number>", "the first seed; each seed is a history of its own", wholeNumber(0, 2 ** 31), 1)
    .option("--count <number>", "so many seeds", wholeNumber(1, 1_000_000), 10)
    .option(
      "--minutes <number>",
      "as many seeds as begin in this time, in place of --count",
      numberWithin(0.01, 100_000),
    )
    .option("--refunds <number>", "refunds of a history", wholeNumber(1, 10_000), 100)
    .option("--days <number>", "days of a history with faults; some days without follow", wholeNumber(1, 3_650), 80)
    .option("--faults <rate>", "the rate of faults", numberWithin(0, 1), 0.05)
    .option(
      "--only <kinds>",
      `the kinds of faults that come, such as ${faultKinds.slice(0, 2).join(",")}, or none`,
      readKinds,
    )
    .option("--json", "one JSON object and nothing else")
    .action((options: SimulationOptions) => {
      read = options;
    });
  await runProgram(program, args, io);
  return read;
}

function numberWithin(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a number from ${least} to ${most}.`);
  };
}

const kindOf = oneOf(["none", ...faultKinds]);

function readKinds(text: string): readonly FaultKind[] {
  if (text === "") return [];
  return text
    .split(",")
    .map(kindOf)
    .filter((kind) => kind !== "none");
}

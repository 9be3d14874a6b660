import { type CommandIo, createProgram, runProgram, wholeNumber } from "../../tools/command-line.ts";

/** Which changes are tried: every so many of them, in these files, folders or globs. */
export type MutantOptions = { readonly every: number; readonly places: readonly string[] };

const examples = [
  "npm run test:mutants",
  "npm run test:mutants -- --every 4",
  "npm run test:mutants -- shared/refund/finality.ts",
];

/** What the words of `npm run test:mutants -- …` say; undefined if they were help or wrong, which has been said then. */
export async function readMutantOptions(args: readonly string[], io: CommandIo): Promise<MutantOptions | undefined> {
  let read: MutantOptions | undefined;
  const program = createProgram("npm run test:mutants --", io, examples)
    .description("Changes the sources one small thing at a time, and tells what no test notices.")
    .argument("[places...]", "files, folders or globs; without any, the folders of test/mutants/settings.ts")
    .option("--every <number>", "only every so many of the changes", wholeNumber(1, 100_000), 1)
    .action((places: readonly string[], { every }: { every: number }) => {
      read = { every, places };
    });
  await runProgram(program, args, io);
  return read;
}

import { Command, CommanderError, InvalidArgumentError } from "commander";
import { nearestName } from "../infra/nearest-name.ts";
import { awsFailure } from "./aws-failure.ts";

/** What a command has of the process that runs it. `process` itself is one. */
export type CommandIo = {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  exitCode?: NodeJS.Process["exitCode"];
};

/** A command line, run to its end. Its exit code is in `io` afterwards. */
export type RunCommandLine = (args: readonly string[], io: CommandIo) => Promise<void>;

const helpWidth = 110;

/** A program with help, examples and suggestions, to which commands and options are added. `name` is how a person calls it. */
export function createProgram(name: string, io: CommandIo, examples: readonly string[]): Command {
  return new Command(name)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, "")),
      getOutHelpWidth: () => helpWidth,
      getErrHelpWidth: () => helpWidth,
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError(`See ${name} --help.`)
    .helpCommand(false)
    .addHelpText("afterAll", ({ command }) => helpOf(command, name, examples));
}

/** The examples of a command; those of the program where there are none. */
function helpOf(command: Command, program: string, examples: readonly string[]): string {
  const path: string[] = [];
  for (let one: Command | null = command; one?.parent; one = one.parent) path.unshift(one.name());
  const own = examples.filter((example) => `${example} `.startsWith(`${[program, ...path].join(" ")} `));
  const lines = (own.length > 0 ? own : examples).map((example) => `  ${example}`);
  return `\nExamples:\n${lines.join("\n")}`;
}

/** Runs a program. What goes wrong is one sentence on standard error, and ends with 1; help ends with 0. */
export async function runProgram(program: Command, args: readonly string[], io: CommandIo): Promise<void> {
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    // Commander has said it already.
    if (error instanceof CommanderError) {
      io.exitCode = error.exitCode;
      return;
    }
    io.exitCode = 1;
    io.stderr.write(`${awsFailure(error) ?? (error instanceof Error ? error.message : String(error))}\n`);
  }
}

/**
 * Refuses a command that lacks one of these options. Commander's own required options would be missed before a mistyped one is
 * named.
 */
export function required(command: Command, ...flags: readonly string[]): Command {
  return command.hook("preAction", (_, acting) => {
    const given = acting.optsWithGlobals<Readonly<Record<string, unknown>>>();
    const nameOf = (flag: string) => command.options.find(({ long }) => long === flag)?.attributeName() ?? flag;
    const missing = flags.filter((flag) => given[nameOf(flag)] === undefined);
    if (missing.length > 0) acting.error(`${missing.join(", ")}: required`);
  });
}

/** Takes one of the words, and names the nearest where it is given another. */
export function oneOf<Word extends string>(words: readonly [Word, ...Word[]]): (text: string) => Word {
  return (text) => {
    const word = words.find((one) => one === text);
    if (word !== undefined) return word;
    const near = words.find((one) => text !== "" && one.includes(text)) ?? nearestName(text, words);
    throw new InvalidArgumentError(`Did you mean ${near}? There are ${words.join(", ")}.`);
  };
}

/** Takes a whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

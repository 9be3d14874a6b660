import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { runConsole } from "../../console/console-program.ts";
import { runDeploy } from "../../operate/deploy/deploy-program.ts";
import { runRollback } from "../../operate/deploy/rollback-program.ts";
import { runLadder } from "../../operate/ladder/ladder-program.ts";
import { runPartner } from "../../operate/partner-program.ts";
import { runRefunds } from "../../operate/refunds-program.ts";
import { runQuery } from "../../sandbox/query/query-program.ts";
import { runSimulator } from "../../sandbox/start/simulator-program.ts";
import { runStart } from "../../sandbox/start/start-program.ts";
import { runWebhookCheck } from "../../sandbox/webhook-check/webhook-check-program.ts";
import type { RunCommandLine } from "../../tools/command-line.ts";

const root = join(import.meta.dirname, "../..");
const pages = globSync(["*.md", "docs/**/*.md", ".github/**/*.md"], { cwd: root });

/** By how they are called behind `npm`. */
const programs: Readonly<Record<string, RunCommandLine>> = {
  start: runStart,
  "run console": runConsole,
  "run deploy": runDeploy,
  "run ladder": runLadder,
  "run partner": runPartner,
  "run query": runQuery,
  "run refunds": runRefunds,
  "run rollback": runRollback,
  "run simulator": runSimulator,
  "run webhook-check": runWebhookCheck,
};

type NamedCommand = {
  readonly program: string;
  /** What stands in front of the first option: the words of the command, and what it is about. */
  readonly operands: readonly string[];
  readonly words: readonly string[];
  readonly options: readonly string[];
};

/** The commands that a page names with arguments, up to a comment, a redirection or the end of the code. */
function commandsOf(page: string): NamedCommand[] {
  const markdown = readFileSync(join(root, page), "utf8").replace(/\\\n\s*/g, "");
  return [...markdown.matchAll(/npm (start|run [\w-]+) -- ([^`#<>\n]+)/g)].map(([, program = "", rest = ""]) => {
    const tokens = rest
      .replace(/"[^"]*"|[[\]]/g, "")
      .split(/\s+/)
      .filter(Boolean);
    const firstOption = tokens.findIndex((token) => token.startsWith("-"));
    const operands = firstOption < 0 ? tokens : tokens.slice(0, firstOption);
    const words = operands.filter((word) => /^[a-z]+$/.test(word));
    return { program, operands, words, options: tokens.filter((token) => /^--?[a-z]/.test(token)) };
  });
}

async function helpOf(run: RunCommandLine, words: readonly string[]): Promise<string> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const io = { stdin, stdout, stderr };
  await run([...words, "--help"], io);
  stdout.end();
  stderr.end();
  return (await text(stdout)) + (await text(stderr));
}

/** What such a program does not know of a command that is named so. */
async function unknownTo({ program, words, options }: NamedCommand): Promise<string[]> {
  const run = programs[program];
  if (run === undefined) return [];
  const help = await helpOf(run, words);
  const called = `npm ${program} -- ${[...words, ""].join(" ")}`;
  if (!help.startsWith(`Usage: ${called}`)) return [called];
  const known = new Set(help.match(/(?<=[\s,])--?[a-z][a-z0-9-]*/g));
  return options.filter((option) => !known.has(option)).map((option) => called + option);
}

test.each(pages)("the commands of %s and their options exist", async (page) => {
  const unknown = await Promise.all(commandsOf(page).map(unknownTo));
  expect(unknown.flat()).toEqual([]);
});

test("the pages name commands of every program", () => {
  const named = new Set(pages.flatMap(commandsOf).map(({ program }) => program));
  expect(Object.keys(programs).filter((program) => !named.has(program))).toEqual([]);
});

test.each(["docs/runbook.md", "docs/runbook.zh-CN.md"])("every command of %s says which stage it is for", (page) => {
  const ofStages = /^run (console|deploy|ladder|partner|refunds|rollback)$/;
  // Without either it is a mention.
  const isMeant = ({ operands, words, options }: NamedCommand) => options.length > 0 || operands.length > words.length;
  const commands = commandsOf(page).filter((command) => ofStages.test(command.program) && isMeant(command));
  expect(commands.length).toBeGreaterThan(20);
  const without = commands.filter(({ options }) => !options.includes("--stage") && !options.includes("--table"));
  expect(without).toEqual([]);
});

import { type Command, InvalidArgumentError } from "commander";
import { nearestName } from "../infra/nearest-name.ts";
import { readInstant } from "../shared/http/iso-instant.ts";
import { type CommandIo, wholeNumber } from "../tools/command-line.ts";
import { Refused } from "../tools/partner-secrets.ts";
import { type Deployment, tableOf } from "./deployment.ts";
import { formatList } from "./format-refund.ts";
import { listRefunds } from "./list-refunds.ts";
import { print, printLines } from "./print.ts";
import type { RecordedRefund } from "./recorded-refund.ts";
import { refundCsv } from "./refund-csv.ts";
import { addFilterOptions, type FilterOptions, stateWords } from "./refund-filter-options.ts";
import { recordedJson } from "./refund-json.ts";

type ListOptions = Deployment &
  FilterOptions & {
    readonly since?: number;
    readonly limit?: number;
    readonly csv?: boolean;
    readonly json?: boolean;
  };

/** `npm run refunds -- list`. */
export function addListCommand(program: Command, io: CommandIo): void {
  addFilterOptions(program.command("list"))
    .description("lists refunds that are checked again; with --state succeeded or failed, those of the last 90 days")
    .argument("[word]")
    .option(
      "--since <instant>",
      "with --state succeeded, failed or needs_review: those that partners were told of since, such as 2026-03-01T00:00:00Z",
      readSince,
    )
    .option("--limit <count>", "as many at most", wholeNumber(1, 1_000_000))
    .option("--csv", "comma-separated values, for a spreadsheet")
    .action(async (word: string | undefined, _, command: Command) => {
      if (word !== undefined) {
        throw new Refused(`list takes no word. Did you mean list --state ${nearestName(word, stateWords)}?`);
      }
      await list(command.optsWithGlobals<ListOptions>(), io);
    });
}

async function list(options: ListOptions, io: CommandIo): Promise<void> {
  const { limit = Number.POSITIVE_INFINITY } = options;
  if (options.csv && options.json) throw new Refused("choose one of --csv and --json");
  const now = Date.now();
  const found = listRefunds({ place: await tableOf(options), now }, options);
  if (options.csv) return await printLines(io, refundCsv(taken(found, limit)));
  const refunds: RecordedRefund[] = [];
  // One more tells whether there are more.
  for await (const one of taken(found, limit + 1)) refunds.push(one);
  const shown = refunds.slice(0, limit);
  const count = `${shown.length} ${shown.length === 1 ? "refund" : "refunds"}`;
  const more = refunds.length > shown.length ? ", and there are more" : "";
  const forPeople = shown.length === 0 ? "none" : `${formatList(shown, now)}\n\n${count}${more}`;
  print(io, options, { forPeople, forPrograms: shown.map(recordedJson) });
}

async function* taken<T>(all: AsyncIterable<T>, count: number): AsyncGenerator<T> {
  let left = count;
  for await (const one of all) {
    yield one;
    if (--left === 0) return;
  }
}

function readSince(text: string): number {
  const epochMs = readInstant(text);
  if (epochMs === undefined) throw new InvalidArgumentError("It is an instant such as 2026-03-01T00:00:00Z.");
  return epochMs;
}

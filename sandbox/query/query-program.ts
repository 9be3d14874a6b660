import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { signQuery } from "../../client/signed-query.ts";
import { type CommandIo, createProgram, type RunCommandLine, required, runProgram } from "../../tools/command-line.ts";
import { askOnce } from "./ask-once.ts";
import { curlCommand } from "./curl-command.ts";
import { formatAnswer, formatCheck, jsonOf } from "./format-answer.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import { type Addressee, whomToAsk } from "./whom-to-ask.ts";

const watchEveryMs = 1_000;
const exitCodes: Readonly<Record<Verdict["end"], number>> = { succeeded: 0, untold: 1, open: 3, failed: 4 };

const examples = [
  "npm run query -- --mer-order-id PROCESSING-0001 --mid 898310148160568 --tid 88880001",
  "npm run query -- --mer-order-id SETTLES-0001 --mid 898310148160568 --tid 88880001 --watch --json",
  "npm run query -- --mer-order-id SUCCESS-0001 --mid 898310148160568 --tid 88880001 --curl",
];

type Options = Addressee & {
  readonly merOrderId: string;
  readonly mid: string;
  readonly tid: string;
  readonly instMid: string;
  readonly msgId?: string;
  readonly srcReserve?: string;
  readonly idempotencyKey?: string;
  readonly watch?: boolean;
  readonly json?: boolean;
  readonly curl?: boolean;
};

/** `npm run query -- …`. */
export const runQuery: RunCommandLine = async (args, io) => {
  const program = createProgram("npm run query --", io, examples)
    .description(
      "Asks about one refund as a partner does.\n\nIt ends with 0 if the refund has succeeded, 4 if it has failed, 3 if it is not final, and 1 if nothing was told about it.",
    )
    .option("--mer-order-id <number>", "the refund's order number")
    .option("--mid <mid>", "its merchant")
    .option("--tid <tid>", "its terminal")
    .option("--inst-mid <product>", "its product", "APPDEFAULT")
    .option("--msg-id <text>", "a message number, given back")
    .option("--src-reserve <text>", "a text of your own, given back")
    .option("--idempotency-key <key>", "fixes which request this is")
    .option("--data <folder>", "the local run that is asked", ".sandbox")
    .option("--url <url>", "another service, with --app-id and --app-key")
    .option("--app-id <id>", "another partner than the local run's first")
    .option("--app-key <key>", "its key")
    .option("--direct", "asks ChinaUMS itself, as the official SDK samples do")
    .option("--watch", "asks until the answer is final, and shows each check")
    .option("--json", "prints the bare answer and nothing else; with --watch, a line for each")
    .option("--curl", "prints the signed curl command, and does not ask")
    .action(async (options: Options) => {
      io.exitCode = await query(options, io);
    });
  await runProgram(required(program, "--mer-order-id", "--mid", "--tid"), args, io);
};

async function query(options: Options, { stdout }: CommandIo): Promise<number> {
  const { url: baseUrl, credentials } = await whomToAsk(options);
  const { merOrderId, mid, tid, instMid, msgId, srcReserve, idempotencyKey } = options;
  const question = { merOrderId, mid, tid, instMid, msgId, srcReserve };
  const sign = () => {
    const moment = { now: Date.now(), nonce: randomBytes(16).toString("hex") };
    return signQuery({ baseUrl, credentials, question, idempotencyKey }, moment);
  };
  if (options.curl) {
    stdout.write(`${curlCommand(sign())}\n`);
    return 0;
  }
  for (let shown = ""; ; await sleep(watchEveryMs)) {
    const answer = await askOnce(sign());
    const verdict = verdictOf(answer, question);
    if (!options.watch || verdict.end !== "open") {
      stdout.write(
        options.json
          ? `${JSON.stringify(jsonOf(answer), null, options.watch ? 0 : 2)}\n`
          : formatAnswer(answer, verdict),
      );
      return exitCodes[verdict.end];
    }
    const check = formatCheck(answer);
    if (check !== shown) stdout.write(`${options.json ? JSON.stringify(jsonOf(answer)) : check}\n`);
    shown = check;
  }
}

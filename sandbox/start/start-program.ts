import { readFileSync } from "node:fs";
import { InvalidArgumentError, Option } from "commander";
import { functionEnvSchemas } from "../../functions/function-envs.ts";
import type { KeyPair } from "../../shared/chinaums/auth/key-pair.ts";
import { parseLadder } from "../../shared/refund/recheck-ladder.ts";
import { createProgram, oneOf, type RunCommandLine, runProgram, wholeNumber } from "../../tools/command-line.ts";
import { keepRunning } from "./keep-running.ts";

const examples = [
  "npm start",
  "npm start -- --port 3001 --data /tmp/refunds --simulator-port 4000",
  "npm start -- --upstream https://test-api-open.chinaums.com --secret pair.json --upstream-auth access-token",
];

export type StartOptions = {
  readonly port: number;
  readonly data: string;
  readonly upstream?: string;
  readonly secret?: KeyPair;
  readonly upstreamAuth: "body-sig" | "access-token";
  readonly instances: number;
  readonly recheckEvery: readonly number[];
  readonly ladder: string;
  readonly simulatorPort: number;
  readonly loopbackWebhooks?: boolean;
  readonly jsonLog?: boolean;
};

/** `npm start -- …`. It ends when it is stopped. */
export const runStart: RunCommandLine = async (args, io) => {
  const port = wholeNumber(0, 65_535);
  const program = createProgram("npm start --", io, examples)
    .description("Runs the whole service on this machine, with a simulated ChinaUMS, until it is stopped.")
    .option("--port <port>", "of the partners' endpoint; 0 for any that is free", port, 3000)
    .option("--data <folder>", "the folder of the data and of ready.json", ".sandbox")
    .option("--upstream <url>", "a real ChinaUMS in place of the simulator", readUpstream)
    .option("--secret <file>", 'its pair, as {"appId": "…", "appKey": "…"}', readPair)
    .option("--upstream-auth <way>", "body-sig or access-token", oneOf(["body-sig", "access-token"]), "body-sig")
    .option("--instances <count>", "function instances at once", wholeNumber(1, 64), 3)
    .addOption(
      new Option("--recheck-every <time>", "how often a sweep runs; deployed, it is every minute")
        .argParser(readLadder)
        .default(readLadder("5s"), "5s"),
    )
    // Short, so that a person sees a refund settle. Deployed, checks are minutes to hours apart.
    .option("--ladder <waits>", "the waits between rechecks", readLadderText, "2s*5 5s*5 15s*10 1m*60")
    .addOption(
      new Option("--simulator-port <port>", "of the simulated ChinaUMS; 0 for any that is free")
        .argParser(port)
        .default(0)
        .conflicts("upstream"),
    )
    .option("--loopback-webhooks", "lets webhooks lead to any port of 127.0.0.1, over http too")
    .option("--json-log", "prints the functions' log as it is, metrics included")
    .action((options: StartOptions) => keepRunning(options, io));
  await runProgram(program, args, io);
};

function readUpstream(text: string): string {
  if (functionEnvSchemas["refund-query"].shape.UPSTREAM_BASE_URL.safeParse(text).success) return text;
  throw new InvalidArgumentError(
    "It is a URL such as https://test-api-open.chinaums.com; http:// is for this machine and private networks alone.",
  );
}

function readPair(file: string): KeyPair {
  try {
    const { appId, appKey } = JSON.parse(readFileSync(file, "utf8")) as Partial<KeyPair>;
    if (typeof appId === "string" && typeof appKey === "string") return { appId, appKey };
  } catch {
    // The sentence below names the form of the file.
  }
  throw new InvalidArgumentError('It is a readable JSON file of the form {"appId": "…", "appKey": "…"}.');
}

function readLadder(text: string): readonly number[] {
  try {
    return parseLadder(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function readLadderText(text: string): string {
  readLadder(text);
  return text;
}

import type { CommandIo } from "../../tools/command-line.ts";
import { type LocalRun, startLocalRun } from "../local-run.ts";
import { welcome } from "../welcome.ts";
import { createCheckLines } from "./check-lines.ts";
import { formatLogLine, isIdleSweep } from "./log-line.ts";
import type { StartOptions } from "./start-program.ts";

/** Nobody should wait longer than two seconds for the local run to stop, even if a part of it hangs. */
const stopMs = 1_800;

/** Starts the local run, and gives it up when this process is told to stop. */
export async function keepRunning(options: StartOptions, { stdout }: CommandIo): Promise<void> {
  let run: LocalRun | undefined;
  let stopping = false;
  async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopMs).unref();
    await run?.close();
    process.exit(0);
  }
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  if (process.env.npm_lifecycle_event === "start") {
    // If npm is killed it cannot pass the signal on. A new parent process shows that this has happened.
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && stop(), 250).unref();
  }

  const { upstream, secret, data, upstreamAuth, jsonLog } = options;
  const print = (line: string) => stdout.write(`${line}\n`);
  const checkLine = createCheckLines(Date.now());
  // An engine of the caller's own may have no stream.
  const isEachCheckShown = process.env.AWS_ENDPOINT_URL_DYNAMODB === undefined;
  run = await startLocalRun({
    port: options.port,
    data,
    upstream,
    platform: secret,
    // Without settings this is the template that the tests use too, so it is often there already.
    settings: upstreamAuth === "body-sig" ? {} : { upstreamAuth },
    instances: options.instances,
    sweepEveryMs: options.recheckEvery[0] ?? 5_000,
    ladder: options.ladder,
    simulatorPort: options.simulatorPort,
    loopbackWebhooks: options.loopbackWebhooks === true,
    onStage: print,
    onLogLine(line) {
      const shown = jsonLog ? (isIdleSweep(line) ? undefined : line) : formatLogLine(line, { isEachCheckShown });
      if (shown !== undefined) print(shown);
    },
    onRecord(record) {
      const line = jsonLog ? undefined : checkLine(record);
      if (line !== undefined) print(line);
    },
    onDeliveryLine: print,
  });
  if (upstream !== undefined && secret === undefined) {
    print("Without --secret the platform's pair is the one of an earlier run, or a new one.");
  }
  stdout.write(welcome(run.ready, upstream === undefined, data));
  print(`ready ${run.ready.url}`);
}

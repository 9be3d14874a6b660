/** `npm start`: runs the whole service on this machine until it is stopped. */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { KeyPair as Credentials } from "../shared/chinaums/auth/key-pair.ts";
import { type Ladder, parseLadder } from "../shared/refund/recheck-ladder.ts";
import { fail } from "../tools/fail.ts";
import { type LocalRun, startLocalRun } from "./local-run.ts";
import { welcome } from "./welcome.ts";

const usage = `npm start -- [--port 3000] [--data .sandbox] [--upstream URL --secret FILE] [--instances 3]
    [--upstream-auth body-sig|access-token] [--recheck-every 5s] [--ladder "2s*5 5s*5 15s*10 1m*60"]
    [--loopback-webhooks]`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: "3000" },
        data: { type: "string", default: ".sandbox" },
        upstream: { type: "string" },
        secret: { type: "string" },
        "upstream-auth": { type: "string", default: "body-sig" },
        instances: { type: "string", default: "3" },
        "recheck-every": { type: "string", default: "5s" },
        // Short, so that a person sees a refund settle. Deployed, checks are minutes to hours apart.
        ladder: { type: "string", default: "2s*5 5s*5 15s*10 1m*60" },
        // Deployed, nothing on the machine itself is ever connected to.
        "loopback-webhooks": { type: "boolean", default: false },
      },
    });
    const port = Number(values.port);
    const instances = Number(values.instances);
    if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) fail(`--port is 0 to 65535, not ${values.port}`);
    if (!(Number.isInteger(instances) && instances >= 1 && instances <= 64)) fail("--instances is 1 to 64");
    if (values.upstream !== undefined && !URL.canParse(values.upstream)) fail("--upstream is a URL");
    if (!["body-sig", "access-token"].includes(values["upstream-auth"]))
      fail(`--upstream-auth is body-sig or access-token, not ${values["upstream-auth"]}`);
    const [sweepEveryMs] = ladderOf("--recheck-every", values["recheck-every"]);
    ladderOf("--ladder", values.ladder);
    return {
      ...values,
      upstreamAuth: values["upstream-auth"],
      loopbackWebhooks: values["loopback-webhooks"],
      port,
      instances,
      sweepEveryMs: sweepEveryMs ?? 5_000,
    };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

function ladderOf(name: string, text: string): Ladder {
  try {
    return parseLadder(text);
  } catch (error) {
    return fail(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}

function readPlatform(file: string | undefined): Credentials | undefined {
  if (file === undefined) return undefined;
  try {
    const { appId, appKey } = JSON.parse(readFileSync(file, "utf8")) as Partial<Credentials>;
    if (typeof appId === "string" && typeof appKey === "string") return { appId, appKey };
  } catch {
    // The sentence below names the form of the file.
  }
  return fail(`${file} is not a readable JSON file of the form {"appId": "…", "appKey": "…"}`);
}

const { port, data, upstream, secret, upstreamAuth, loopbackWebhooks, instances, sweepEveryMs, ladder } = readOptions();
const platform = readPlatform(secret);

/** A sweep that found nothing to do. There are some every few seconds, so they are not shown. */
function isIdleSweep(line: string): boolean {
  if (!line.includes('"level":"info"')) return false;
  if (line.includes('"event":"refund_recheck"')) return line.includes('"due":0,');
  return line.includes('"event":"refund_tell"') && line.includes('"told":0,') && line.includes('"tries":0,');
}

let run: LocalRun | undefined;
let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  // Nobody should wait longer than two seconds for this to stop, even if a part hangs.
  setTimeout(() => process.exit(1), 1_800).unref();
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

try {
  run = await startLocalRun({
    port,
    data,
    upstream,
    platform,
    // Without settings this is the template that the tests use too, so it is often there already.
    settings: upstreamAuth === "body-sig" ? {} : { upstreamAuth },
    instances,
    sweepEveryMs,
    ladder,
    loopbackWebhooks,
    onLogLine: (line) => isIdleSweep(line) || process.stdout.write(`${line}\n`),
    onDeliveryLine: (line) => process.stdout.write(`${line}\n`),
  });
  if (upstream !== undefined && secret === undefined) {
    process.stdout.write("Without --secret the platform's pair is the one of an earlier run, or a new one.\n");
  }
  process.stdout.write(welcome(run.ready, upstream === undefined, data));
  process.stdout.write(`ready ${run.ready.url}\n`);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

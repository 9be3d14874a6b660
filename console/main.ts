/** `npm run console`: shows the refunds of the local run, or of a deployment, to a browser on this machine. */

import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { fail } from "../tools/fail.ts";
import { openDeployment } from "./open-deployment.ts";
import { startConsole } from "./start-console.ts";

const usage = `npm run console -- [--port 3100] [--read-only]
    [--data .sandbox]                                    the local run
    [--table NAME] [--stage prod] [--region R] [--profile P]   a deployed one, with your ordinary AWS credentials`;

function readOptions() {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({
      options: {
        port: { ...text, default: "3100" },
        data: { ...text, default: ".sandbox" },
        table: text,
        stage: text,
        region: text,
        profile: text,
        "read-only": { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const port = Number(values.port);
    if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) fail(`--port is 0 to 65535, not ${values.port}`);
    return { ...values, port };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

const { port, help, "read-only": isReadOnly, ...deployment } = readOptions();
if (help) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}

try {
  const console = await startConsole({
    ...(await openDeployment(deployment)),
    port,
    isReadOnly,
    token: randomBytes(32).toString("base64url"),
    by: userInfo().username,
    now: Date.now,
    random: Math.random,
    sleep: (ms) => sleep(ms),
  });
  process.stdout.write(`Console    ${console.url}\n`);
  const stop = () => void console.close().then(() => process.exit(0));
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

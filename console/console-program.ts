import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { addDeploymentOptions, type Deployment, tableOption } from "../operate/deployment.ts";
import { createProgram, type RunCommandLine, runProgram, wholeNumber } from "../tools/command-line.ts";
import { openDeployment } from "./open-deployment.ts";
import { startConsole } from "./start-console.ts";

const examples = [
  "npm run console",
  "npm run console -- --stage prod --region eu-west-1 --read-only",
  "npm run console -- --table Restored --region eu-west-1 --port 3101",
];

type Options = Deployment & { readonly port: number; readonly readOnly?: boolean };

/** `npm run console -- …`: serves the console until it is stopped. */
export const runConsole: RunCommandLine = async (args, io) => {
  const program = addDeploymentOptions(createProgram("npm run console --", io, examples))
    .description("Shows refunds, partners and the simulator to a browser on this machine.")
    .addOption(tableOption())
    .option("--port <number>", "port of 127.0.0.1; 0 means any that is free", wholeNumber(0, 65_535), 3_100)
    .option("--read-only", "shows, and changes nothing")
    .action(async ({ port, readOnly = false, ...deployment }: Options) => {
      const server = await startConsole({
        ...(await openDeployment(deployment)),
        port,
        isReadOnly: readOnly,
        token: randomBytes(32).toString("base64url"),
        by: userInfo().username,
        now: Date.now,
        random: Math.random,
        sleep: (ms) => sleep(ms),
      });
      io.stdout.write(`Console    ${server.url}\n`);
      await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
      await server.close();
    });
  await runProgram(program, args, io);
};

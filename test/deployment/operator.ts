import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localRegion } from "../../tools/local-aws.ts";
import { runCommand } from "../support/run-command.ts";
import type { Emulator } from "./emulator/start-emulator.ts";

/** An operator who deploys from this folder. Only the usual environment variables point to the emulator. */
export function createOperator({ url, operator }: Emulator) {
  const home = mkdtempSync(join(tmpdir(), "refund-status-home-"));
  // Else the CDK asks the internet for notices.
  writeFileSync(join(home, ".cdk.json"), JSON.stringify({ notices: false }));
  const environment = {
    PATH: process.env.PATH,
    HOME: home,
    // Spares the many processes of the commands some of their start.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    CDK_DISABLE_CLI_TELEMETRY: "true",
    AWS_ENDPOINT_URL: url,
    AWS_REGION: localRegion,
    AWS_ACCESS_KEY_ID: operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
  };
  return {
    /** `npm run deploy -- …`, without the processes of npm: deployment.test.ts shows that the script is there. */
    deploy: (args: readonly string[], input?: string) =>
      runCommand(process.execPath, ["operate/deploy.ts", ...args], input, environment),
    /** Runs a command in the project's folder to its end. */
    run: (command: string, ...args: string[]) => runCommand(command, args, undefined, environment),
    /** Runs a command with this on its standard input. */
    runWith: (input: string, command: string, ...args: string[]) => runCommand(command, args, input, environment),
    /** What a client of AWS is to be made with. */
    client: { endpoint: url, region: localRegion, credentials: operator },
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}

import {
  type CommandIo,
  createProgram,
  type RunCommandLine,
  runProgram,
  wholeNumber,
} from "../../tools/command-line.ts";
import { sandboxPlatform } from "../sandbox-pairs.ts";
import { startSimulator } from "../simulator/start-simulator.ts";

const examples = ["npm run simulator -- --port 4000"];

type SimulatorOptions = { readonly port: number; readonly appId: string; readonly appKey: string };

/** `npm run simulator -- …`. It ends when it is stopped. */
export const runSimulator: RunCommandLine = async (args, io) => {
  const program = createProgram("npm run simulator --", io, examples)
    .description(
      "Runs the simulated ChinaUMS on 127.0.0.1 until it is stopped. Its answers are scripted under /_control.",
    )
    .option("--port <port>", "0 for any that is free", wholeNumber(0, 65_535), 4000)
    .option("--app-id <id>", "the AppId that it accepts", sandboxPlatform.appId)
    .option("--app-key <key>", "the AppKey that it accepts", sandboxPlatform.appKey)
    .action((options: SimulatorOptions) => simulate(options, io));
  await runProgram(program, args, io);
};

async function simulate({ port, appId, appKey }: SimulatorOptions, { stdout }: CommandIo): Promise<void> {
  const simulator = await startSimulator({ port, credentials: { appId, appKeys: [appKey] } });
  const stop = () => void simulator.close().then(() => process.exit(0));
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  stdout.write(`AppId      ${appId}\nAppKey     ${appKey}\nready ${simulator.url}\n`);
}

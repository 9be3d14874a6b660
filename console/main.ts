/** `npm run console`: shows the refunds of the local run, or of a deployment, to a browser on this machine. */
import { runAsProcess } from "../tools/run-as-process.ts";
import { runConsole } from "./console-program.ts";

await runAsProcess(runConsole);

/** `npm start`: runs the whole service on this machine until it is stopped. */
import { runAsProcess } from "../tools/run-as-process.ts";
import { runStart } from "./start/start-program.ts";

await runAsProcess(runStart);

/** `npm run simulator`: runs the simulated ChinaUMS by itself, for the tests of whoever calls ChinaUMS. */
import { runAsProcess } from "../tools/run-as-process.ts";
import { runSimulator } from "./start/simulator-program.ts";

await runAsProcess(runSimulator);

/** `npm run rollback`: moves the functions back to the version before the last deployment, within seconds. */
import { runAsProcess } from "../tools/run-as-process.ts";
import { runRollback } from "./deploy/rollback-program.ts";

await runAsProcess(runRollback);

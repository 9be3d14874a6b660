/** `npm run refunds`: lists, shows and rechecks the refunds on record, and sends events again, in the local run or on AWS. */
import { runAsProcess } from "../tools/run-as-process.ts";
import { runRefunds } from "./refunds-program.ts";

await runAsProcess(runRefunds);

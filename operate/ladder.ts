/** `npm run ladder`: proposes ladders from how long refunds took, product by product. */
import { runAsProcess } from "../tools/run-as-process.ts";
import { runLadder } from "./ladder/ladder-program.ts";

await runAsProcess(runLadder);

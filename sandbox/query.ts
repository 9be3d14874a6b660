/** `npm run query`: asks about one refund as a partner does, and says what the answer means. */
import { runAsProcess } from "../tools/run-as-process.ts";
import { runQuery } from "./query/query-program.ts";

await runAsProcess(runQuery);

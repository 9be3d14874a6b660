/** `npm run partner`: adds and removes partners, and replaces their keys. */
import { runAsProcess } from "../tools/run-as-process.ts";
import { runPartner } from "./partner-program.ts";

await runAsProcess(runPartner);

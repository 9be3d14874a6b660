/** `npm run webhook-check`: sends a partner's own receiver good and forged deliveries, and says what it gets wrong. */
import { runAsProcess } from "../tools/run-as-process.ts";
import { runWebhookCheck } from "./webhook-check/webhook-check-program.ts";

await runAsProcess(runWebhookCheck);

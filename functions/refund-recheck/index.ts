import { createDynamoRecheckStore } from "../../shared/aws/dynamo-recheck-store.ts";
import { composeChecks } from "../compose-checks.ts";
import { refundRecheckEnvSchema } from "./env.ts";
import { createRefundRecheckHandler } from "./handler.ts";
import { createRecheckDue } from "./recheck-due.ts";

const env = refundRecheckEnvSchema.parse(process.env);
const concurrency = Number(env.CONCURRENCY);
const { storeDeps, checkUpstream, ladders, log, now, random, newOwner, sleep, warmUp } = composeChecks(env, {
  concurrency,
});
const store = createDynamoRecheckStore(storeDeps);

export const handler = createRefundRecheckHandler({
  recheckDue: createRecheckDue({
    store,
    checkUpstream,
    ladders,
    concurrency,
    now,
    random,
    newOwner,
    sleep,
  }),
  log,
  now,
});

await warmUp({ table: () => store.oldestDueAt("0", 0) });

import { createDynamoRecheckStore } from "../../shared/aws/dynamo-recheck-store.ts";
import { compose } from "../compose.ts";
import { refundRecheckEnvSchema } from "./env.ts";
import { createRefundRecheckHandler } from "./handler.ts";
import { createRecheckDue } from "./recheck-due.ts";

const env = refundRecheckEnvSchema.parse(process.env);
const concurrency = Number(env.CONCURRENCY);
const { storeOptions, checkUpstream, ladders, log, now, random, newId, sleep, warmUp } = compose(env, { concurrency });
const store = createDynamoRecheckStore(storeOptions);

export const handler = createRefundRecheckHandler({
  recheckDue: createRecheckDue({
    store,
    checkUpstream,
    ladders,
    concurrency,
    now,
    random,
    newOwner: newId,
    sleep,
  }),
  log,
  now,
});

await warmUp({ table: () => store.hasDue("0", 0) });

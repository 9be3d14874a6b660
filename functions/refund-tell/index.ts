import { eventOfDelivery } from "../../shared/aws/delivery-item.ts";
import { createDynamoDeliveryStore } from "../../shared/aws/dynamo-delivery-store.ts";
import { createDynamoEndpointStore } from "../../shared/aws/dynamo-endpoint-store.ts";
import { createDynamoEventStore } from "../../shared/aws/dynamo-event-store.ts";
import { refundOfPk } from "../../shared/aws/keys.ts";
import { createPartnerSecrets } from "../../shared/aws/partner-secrets.ts";
import { createWebhookSecrets } from "../../shared/aws/webhook-secrets.ts";
import { createEndpointQueues } from "../../shared/webhook/endpoint-queues.ts";
import { readLoopbackOrigins } from "../../shared/webhook/loopback-origins.ts";
import { createPostWebhook } from "../../shared/webhook/post-webhook.ts";
import { createResolveName } from "../../shared/webhook/resolve-name.ts";
import { compose } from "../compose.ts";
import { createDeliver } from "./deliver.ts";
import { createDeliverDue } from "./deliver-due.ts";
import { createEndpointStates } from "./endpoint-states.ts";
import { refundTellEnvSchema } from "./env.ts";
import { createRefundTellHandler } from "./handler.ts";
import { createPostEvent, merchantFreshness } from "./post-event.ts";
import { createSweepUntold } from "./sweep-untold.ts";
import { createTellChanges } from "./tell-changes.ts";
import { createTellRefunds } from "./tell-refunds.ts";
import { createWriteEvents } from "./write-events.ts";

const env = refundTellEnvSchema.parse(process.env);
const inAll = Number(env.CONCURRENCY);
const { secrets, table, storeDeps, log, now, random, newOwner, sleep, warmUp } = compose(env, { concurrency: 100 });
const store = createDynamoEventStore(storeDeps);
const deliveries = createDynamoDeliveryStore(storeDeps);

const postEvent = createPostEvent({
  webhooks: createWebhookSecrets({ client: secrets, prefix: env.WEBHOOK_SECRET_PREFIX, now }),
  partners: createPartnerSecrets({
    client: secrets,
    prefix: env.PARTNER_SECRET_PREFIX,
    now,
    freshness: merchantFreshness,
  }),
  endpoints: createEndpointStates({ store: createDynamoEndpointStore(table), now }),
  // An endpoint that hangs has half of what may be under way at most.
  queues: createEndpointQueues({ perEndpoint: Math.ceil(inAll / 2), inAll }),
  postWebhook: createPostWebhook({
    resolve: createResolveName({ now }),
    isLoopbackAllowed: readLoopbackOrigins(env.WEBHOOK_LOOPBACK),
    now,
  }),
  now,
});
const deliver = createDeliver({ store: deliveries, postEvent, now, random });
const tellRefunds = createTellRefunds({ store, writeEvents: createWriteEvents({ store, now }), deliver });
const { deliverSome, deliverDue } = createDeliverDue({ deliveries, events: store, deliver, now });

export const handler = createRefundTellHandler({
  tellChanges: createTellChanges({ store, tellRefunds, deliverSome, now, sleep }),
  sweepUntold: createSweepUntold({ store, tellRefunds, deliverDue, now, newOwner, sleep }),
  stream: { refundOfPk, eventOfDelivery },
  log,
  now,
});

await warmUp({ table: () => store.oldestDueAt("t0", 0) });

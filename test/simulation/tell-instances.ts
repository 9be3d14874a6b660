import { createRefundFeedHandler } from "../../functions/refund-feed/handler.ts";
import { createReadChanges } from "../../functions/refund-feed/read-changes.ts";
import { createDeliver } from "../../functions/refund-tell/deliver.ts";
import { createDeliverDue } from "../../functions/refund-tell/deliver-due.ts";
import { createEndpointStates } from "../../functions/refund-tell/endpoint-states.ts";
import { createRefundTellHandler } from "../../functions/refund-tell/handler.ts";
import { createPostEvent, merchantFreshness } from "../../functions/refund-tell/post-event.ts";
import { createSweepUntold } from "../../functions/refund-tell/sweep-untold.ts";
import { createTellChanges } from "../../functions/refund-tell/tell-changes.ts";
import { createTellRefunds } from "../../functions/refund-tell/tell-refunds.ts";
import { createWriteEvents } from "../../functions/refund-tell/write-events.ts";
import { eventOfDelivery } from "../../shared/aws/delivery-item.ts";
import { createDynamoDeliveryStore } from "../../shared/aws/dynamo-delivery-store.ts";
import { createDynamoEndpointStore } from "../../shared/aws/dynamo-endpoint-store.ts";
import { createDynamoEventStore } from "../../shared/aws/dynamo-event-store.ts";
import { createDynamoFeedStore } from "../../shared/aws/dynamo-feed-store.ts";
import { createDynamoWatchStore } from "../../shared/aws/dynamo-watch-store.ts";
import { refundOfPk } from "../../shared/aws/keys.ts";
import { createPartnerSecrets } from "../../shared/aws/partner-secrets.ts";
import { createWebhookSecrets } from "../../shared/aws/webhook-secrets.ts";
import { createEndpointQueues } from "../../shared/webhook/endpoint-queues.ts";
import type { PostWebhook } from "../../shared/webhook/post-webhook.ts";
import { type Answer, compose, composePartners, type Handler, type InstanceDeps, secretNames } from "./instances.ts";

/** What the entry of `refund-tell` puts together. */
export function createTellInstance(
  deps: Omit<InstanceDeps, "post"> & { readonly postWebhook: PostWebhook },
): Handler<object> {
  const { table, log, now, random, newOwner, sleep } = compose(deps);
  const { secrets: client, settings, postWebhook } = deps;
  const store = createDynamoEventStore(table);
  const deliveries = createDynamoDeliveryStore(table);
  const postEvent = createPostEvent({
    webhooks: createWebhookSecrets({ client, prefix: secretNames.webhookPrefix, now }),
    partners: createPartnerSecrets({ client, prefix: secretNames.partnerPrefix, now, freshness: merchantFreshness }),
    endpoints: createEndpointStates({ store: createDynamoEndpointStore(table), now }),
    queues: createEndpointQueues({ perEndpoint: settings.concurrency, inAll: 2 * settings.concurrency }),
    postWebhook,
    now,
  });
  const deliver = createDeliver({ store: deliveries, postEvent, now, random });
  const tellRefunds = createTellRefunds({ store, writeEvents: createWriteEvents({ store, now }), deliver });
  const { deliverSome, deliverDue } = createDeliverDue({ deliveries, events: store, deliver, now });
  return createRefundTellHandler({
    tellChanges: createTellChanges({ store, tellRefunds, deliverSome, now, sleep }),
    sweepUntold: createSweepUntold({ store, tellRefunds, deliverDue, now, newOwner, sleep }),
    stream: { refundOfPk, eventOfDelivery },
    log,
    now,
  }) as unknown as Handler<object>;
}

/** What the entry of `refund-feed` puts together. */
export function createFeedInstance(deps: Omit<InstanceDeps, "post">): Handler<Answer> {
  const { table, log, now } = compose(deps);
  const { directory: _, ...partnerDeps } = composePartners(deps);
  return createRefundFeedHandler({
    expectedWaits: {},
    ...partnerDeps,
    store: createDynamoWatchStore(table),
    readChanges: createReadChanges({ store: createDynamoFeedStore(table), now }),
    log,
    now,
  }) as unknown as Handler<Answer>;
}

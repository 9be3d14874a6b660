import { createDeliver } from "../../functions/refund-tell/deliver.ts";
import { createDeliverDue } from "../../functions/refund-tell/deliver-due.ts";
import { createEndpointStates } from "../../functions/refund-tell/endpoint-states.ts";
import { createRefundTellHandler } from "../../functions/refund-tell/handler.ts";
import { createPostEvent } from "../../functions/refund-tell/post-event.ts";
import { createSweepUntold } from "../../functions/refund-tell/sweep-untold.ts";
import { createTellChanges } from "../../functions/refund-tell/tell-changes.ts";
import { createTellRefunds } from "../../functions/refund-tell/tell-refunds.ts";
import { createWriteEvents } from "../../functions/refund-tell/write-events.ts";
import { eventOfDelivery } from "../../shared/aws/delivery-item.ts";
import { createDynamoDeliveryStore } from "../../shared/aws/dynamo-delivery-store.ts";
import { createDynamoEndpointStore } from "../../shared/aws/dynamo-endpoint-store.ts";
import { createDynamoEventStore } from "../../shared/aws/dynamo-event-store.ts";
import { refundOfPk } from "../../shared/aws/keys.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import type { Metric } from "../../shared/telemetry/metrics.ts";
import type { Delivery } from "../../shared/telling/delivery.ts";
import type { EventKey } from "../../shared/telling/refund-event.ts";
import { createEndpointQueues } from "../../shared/webhook/endpoint-queues.ts";
import { readLoopbackOrigins } from "../../shared/webhook/loopback-origins.ts";
import { createPostWebhook } from "../../shared/webhook/post-webhook.ts";
import type { WebhookConfig } from "../../shared/webhook/webhook-config.ts";
import { refundItem } from "./refund-items.ts";
import { start } from "./refunds.ts";
import { newTable, putItem, storeOptions } from "./tables.ts";
import { untoldRefund } from "./told-refunds.ts";

const never = Number.POSITIVE_INFINITY;
const allShards = Array.from({ length: 16 }, (_, shard) => String(shard));
type Line = { readonly level: string; readonly event: string; readonly metrics: readonly Metric[] } & Record<
  string,
  unknown
>;

/** The telling function over a table of its own, with a clock that only the test moves. Its posts are real HTTP. */
export async function startTelling(concurrency = 20) {
  const place = await newTable();
  let clock = start;
  const now = () => clock;
  const webhooks = new Map<string, WebhookConfig>();
  const mids = new Map<string, string[]>();
  const lines: Line[] = [];

  /** One instance of the function. What it has in memory is its own. */
  function newInstance() {
    const options = { ...storeOptions(place), now };
    const store = createDynamoEventStore(options);
    const deliveries = createDynamoDeliveryStore(options);
    const postWebhook = createPostWebhook({
      resolve: () => Promise.reject(new Error("nothing was to be resolved")),
      isLoopbackAllowed: readLoopbackOrigins("*"),
      now,
    });
    const partnerOf = (appId: string) => ({ partnerId: appId, appId, appKeys: ["k"], mids: mids.get(appId) ?? [] });
    const postEvent = createPostEvent({
      webhooks: { find: async (partnerId) => webhooks.get(partnerId) },
      partners: { remember: () => undefined, find: async (appId) => ({ partner: partnerOf(appId), isNew: false }) },
      endpoints: createEndpointStates({ store: createDynamoEndpointStore(options), now }),
      queues: createEndpointQueues({ perEndpoint: Math.ceil(concurrency / 2), inAll: concurrency }),
      postWebhook,
      now,
    });
    const deliver = createDeliver({ store: deliveries, postEvent, now, random: () => 0.5 });
    const tellRefunds = createTellRefunds({ store, writeEvents: createWriteEvents({ store, now }), deliver });
    const { deliverSome, deliverDue } = createDeliverDue({ deliveries, events: store, deliver, now });
    const sleep = () => new Promise<void>(() => undefined);
    const newOwner = () => crypto.randomUUID();
    const handler = createRefundTellHandler({
      tellChanges: createTellChanges({ store, tellRefunds, deliverSome, now, sleep: async () => undefined }),
      sweepUntold: createSweepUntold({ store, tellRefunds, deliverDue, now, newOwner, sleep }),
      stream: { refundOfPk, eventOfDelivery },
      log: (level, event, fields, metrics = []) => lines.push({ ...fields, level, event, metrics }),
      now,
    });
    const context = { awsRequestId: "request-1", getRemainingTimeInMillis: () => 60_000 } as never;
    return { store, deliveries, handle: (event: unknown) => handler(event, context) };
  }
  let instance = newInstance();

  return {
    place,
    lines,
    now,
    newInstance,
    /** In the place of the instance comes another, which remembers nothing. */
    replaceInstance() {
      instance = newInstance();
    },
    pass(ms: number) {
      clock += ms;
    },
    /** Gives a partner a webhook and the merchant that test refunds have. */
    setWebhook(partnerId: string, url: string, configId = "config-1"): void {
      const secrets = [`whsec_${Buffer.alloc(32, 7).toString("base64")}`];
      webhooks.set(partnerId, { partnerId, appId: partnerId, configId, url, scheme: "v1", secrets });
      mids.set(partnerId, ["898310148160568"]);
    },
    removeWebhook: (partnerId: string) => webhooks.delete(partnerId),
    loseMids: (partnerId: string) => mids.set(partnerId, []),
    /** A refund that has come to its end this moment. */
    async endRefund(overrides: Partial<Refund> = {}): Promise<Refund> {
      const refund = untoldRefund({
        untold: { sequence: overrides.version ?? 2, since: clock, overtaken: [] },
        ...overrides,
      });
      await putItem(place, refundItem(refund));
      return refund;
    },
    /** What the stream says of refunds that have just ended. */
    stream: (...refunds: readonly Refund[]) =>
      instance.handle({
        Records: refunds.map((refund) => {
          const { pk, sk, ...image } = refundItem(refund);
          return { dynamodb: { Keys: { pk, sk }, NewImage: image } };
        }),
      }),
    /** The schedule's event, a minute later. */
    async sweep(afterMs = 60_000): Promise<void> {
      clock += afterMs;
      await instance.handle({ shards: allShards });
    },
    deliveryOf: async (key: EventKey): Promise<Delivery | undefined> =>
      (await instance.deliveries.readDeliveries([key], never))[0],
    refundNow: async (refund: Refund): Promise<Refund | undefined> =>
      (await instance.store.readRefunds([refund], never))[0],
    eventsOf: async (...keys: readonly EventKey[]) => await instance.store.findEvents(keys, never),
  };
}

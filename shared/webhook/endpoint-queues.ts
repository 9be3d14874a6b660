import type { WebhookResult } from "./webhook-result.ts";

export type EndpointQueuesDeps = {
  /** The most tries under way at one endpoint. */
  readonly perEndpoint: number;
  /** The most tries under way in all. */
  readonly inAll: number;
};

/** One try of a delivery: it signs and posts at the moment it is called. */
export type TryDelivery = () => Promise<WebhookResult>;

type Endpoint = { readonly waiting: (() => void)[]; running: number; limit: number };

/**
 * Runs tries so that one slow or dead endpoint delays nobody else. Each endpoint has a queue of its own, and the queues take
 * turns. An endpoint that has failed gets one try at a time, and twice as many after each success.
 */
export function createEndpointQueues({ perEndpoint, inAll }: EndpointQueuesDeps) {
  /** By origin. An endpoint without a try is forgotten; the one that had its turn last comes last. */
  const endpoints = new Map<string, Endpoint>();
  let running = 0;

  function startWhatMay(): void {
    for (const [origin, endpoint] of endpoints) {
      if (running >= inAll) return;
      const start = endpoint.running < endpoint.limit ? endpoint.waiting.shift() : undefined;
      if (start === undefined) continue;
      endpoints.delete(origin);
      endpoints.set(origin, endpoint);
      endpoint.running++;
      running++;
      start();
    }
  }

  function ended(origin: string, endpoint: Endpoint, isDelivered: boolean): void {
    running--;
    endpoint.running--;
    endpoint.limit = isDelivered ? Math.min(2 * endpoint.limit, perEndpoint) : 1;
    if (endpoint.running === 0 && endpoint.waiting.length === 0) endpoints.delete(origin);
    startWhatMay();
  }

  return {
    /** Runs a try for this URL as soon as it may, and gives its result. @throws what the try throws */
    async run(url: string, tryDelivery: TryDelivery): Promise<WebhookResult> {
      const { origin } = new URL(url);
      const endpoint = endpoints.get(origin) ?? { waiting: [], running: 0, limit: perEndpoint };
      endpoints.set(origin, endpoint);
      await new Promise<void>((start) => {
        endpoint.waiting.push(start);
        startWhatMay();
      });
      let isDelivered = false;
      try {
        const result = await tryDelivery();
        isDelivered = result.kind === "delivered";
        return result;
      } finally {
        ended(origin, endpoint, isDelivered);
      }
    },
  };
}

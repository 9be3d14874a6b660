import { afterFailure, type Endpoint, type EndpointStore } from "../../shared/telling/endpoint.ts";

/** So long what is remembered of an endpoint is not read again, in ms. */
const keptMs = 5_000;

type Webhook = Pick<Endpoint, "partnerId" | "configId">;

export type EndpointStatesDeps = { readonly store: EndpointStore; readonly now: () => number };

/** What is wrong with endpoints, kept in memory for some seconds, because bursts of events go to few of them. */
export function createEndpointStates({ store, now }: EndpointStatesDeps) {
  const kept = new Map<string, { readonly endpoint: Endpoint | undefined; readonly at: number }>();
  const keep = (partnerId: string, endpoint: Endpoint | undefined) => kept.set(partnerId, { endpoint, at: now() });

  async function read(partnerId: string): Promise<Endpoint | undefined> {
    const known = kept.get(partnerId);
    if (known !== undefined && now() - known.at < keptMs) return known.endpoint;
    const endpoint = await store.readEndpoint(partnerId);
    keep(partnerId, endpoint);
    return endpoint;
  }

  async function find({ partnerId, configId }: Webhook): Promise<Endpoint | undefined> {
    const endpoint = await read(partnerId);
    return endpoint?.configId === configId ? endpoint : undefined;
  }

  return {
    /** Undefined where nothing is wrong with the endpoint of this webhook. */
    find,

    /** Forgets what was wrong, also with an earlier webhook of the partner. A webhook that has ended meanwhile stays so. */
    async succeeded(webhook: Webhook): Promise<void> {
      const endpoint = await read(webhook.partnerId);
      if (endpoint === undefined) return;
      if (endpoint.configId === webhook.configId && endpoint.disabledAt !== undefined) return;
      keep(webhook.partnerId, undefined);
      await store.forgetEndpoint(webhook);
    },

    /** Returns true if this failure has ended the webhook. */
    async failed(webhook: Webhook, isGone: boolean): Promise<boolean> {
      const before = await find(webhook);
      const after = afterFailure(before, webhook, now(), isGone);
      const isEnded = after.disabledAt !== undefined && before?.disabledAt === undefined;
      if (before !== undefined && !isEnded) return false;
      keep(webhook.partnerId, after);
      if (await store.writeEndpoint(after)) return isEnded;
      // Another instance has ended it.
      kept.delete(webhook.partnerId);
      return false;
    },
  };
}

import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import type { Delivery } from "../../sandbox/receiver/received-deliveries.ts";
import { breachesOfDelivery } from "./contract.ts";
import type { Pair } from "./partner.ts";
import { signedPost } from "./signed-post.ts";

export type ToldEvent = {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: Record<string, unknown> & { readonly merOrderId: string; readonly sequence: number };
};
export type WatchResult = Record<string, unknown> & {
  readonly result: string;
  readonly recheck?: { readonly state: string; readonly nextCheckAt: string | null };
  readonly errors?: { readonly field: string; readonly message: string }[];
};

/** What a partner calls in order to be told, written anew here so that a mistake in the project's own client cannot hide. */
export function createListener(url: string, pair: Pair) {
  const call = <Body>(path: string, members: object) => signedPost<Body>(url, pair, path, members);
  const changes = (question: object = {}) =>
    call<{ events: ToldEvent[]; cursor: string }>("/v1/refunds/changes", question);

  return {
    changes,
    watch: (refunds: readonly object[]) => call<{ refunds: WatchResult[] }>("/v1/refunds/watch", { refunds }),
    /** The whole feed from a cursor on, in small pages. */
    async readAll(from?: string): Promise<{ events: ToldEvent[]; cursor: string }> {
      const events: ToldEvent[] = [];
      for (let cursor = from; ; ) {
        const { status, body } = await changes({ cursor, limit: 37 });
        if (status !== 200) throw new Error(`the feed answered ${status}`);
        events.push(...body.events);
        if (body.events.length === 0) return { events, cursor: body.cursor };
        cursor = body.cursor;
      }
    },
  };
}

/** What the receiver of the local run has got. Each delivery has to be as the contract says. */
export async function deliveriesAt(receiverUrl: string): Promise<readonly Delivery[]> {
  const response = await fetch(`${receiverUrl}/_control/deliveries`);
  const { deliveries } = (await response.json()) as { deliveries: Delivery[] };
  for (const { headers, body } of deliveries) expect(breachesOfDelivery(headers, body)).toEqual([]);
  return deliveries;
}

/** A partner's receiver that a test answers for. It keeps what it got, and hangs while `answer` does nothing. */
export async function startTestReceiver(answer: (response: ServerResponse) => void) {
  const received: { readonly id: string; readonly body: string; readonly at: number }[] = [];
  let behave = answer;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const id = String(request.headers["webhook-id"]);
      received.push({ id, body: Buffer.concat(chunks).toString(), at: Date.now() });
      behave(response);
    });
  });
  await new Promise<void>((up) => {
    server.listen(0, "127.0.0.1", up);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    behave(next: (response: ServerResponse) => void): void {
      behave = next;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((closed) => {
        server.close(closed);
      });
    },
  };
}

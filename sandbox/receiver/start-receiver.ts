import type { IncomingMessage, ServerResponse } from "node:http";
import { startLocalServer } from "../local-server.ts";
import { answerBy, describeStep } from "./answer-step.ts";
import { deliveryLine } from "./delivery-line.ts";
import { ReceivedDeliveries } from "./received-deliveries.ts";
import { answerReceiverControl, type ReceiverState } from "./receiver-control.ts";
import { verifyDelivery } from "./verify-delivery.ts";

export type ReceiverDeps = {
  /** Port of 127.0.0.1; 0 means any that is free. */
  readonly port: number;
  /** The `whsec_…` secrets and `whpk_…` keys that deliveries to this URL may be signed with, as they are now. */
  readonly loadKeys: (url: string) => Promise<readonly string[]>;
  readonly onLine: (line: string) => void;
};

export type Receiver = { readonly url: string; close(): Promise<void> };

const largestBodyBytes = 1024 * 1024;

/**
 * Starts a partner's side of webhooks on 127.0.0.1. It verifies each delivery with the published library, keeps it, says
 * it in one line, and answers as it is told to. It shares no code with the service, so that a mistake in one of them shows.
 */
export async function startReceiver({ port, loadKeys, onLine }: ReceiverDeps): Promise<Receiver> {
  const state: ReceiverState = { deliveries: new ReceivedDeliveries(), answers: [] };
  let keys: readonly string[] = [];

  /** A secret may have been replaced, so the keys are loaded once more before a delivery counts as forged. */
  async function judge(body: string, headers: Record<string, string>): Promise<string | null> {
    if (keys.length > 0 && verifyDelivery(keys, body, headers) === null) return null;
    keys = await loadKeys(server.url);
    return verifyDelivery(keys, body, headers);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const url = new URL(request.url ?? "/", server.url);
    const method = request.method ?? "GET";
    if (/^\/_control(\/|$)/.test(url.pathname)) {
      const answer = answerReceiverControl({ method, url, body }, state);
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(JSON.stringify(answer.body));
      return;
    }
    if (method !== "POST") return void response.writeHead(405).end();
    const step = state.answers.shift() ?? {};
    const headers = plainHeaders(request);
    const text = body.toString("utf8");
    const receivedAt = new Date().toISOString();
    const reason = await judge(text, headers);
    const delivery = {
      id: headers["webhook-id"] ?? null,
      path: url.pathname + url.search,
      headers,
      body: text,
      verified: reason === null,
      reason,
      answered: describeStep(step),
      receivedAt,
    };
    state.deliveries.record(delivery);
    onLine(deliveryLine(delivery));
    answerBy(step, response);
  }

  const server = await startLocalServer({
    port,
    // A sender that goes away before its end, or sends too much, is cut.
    answer: (request, response) => void serve(request, response).catch(() => response.destroy()),
  });
  return server;
}

function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  const { authorization: _, cookie: __, ...rest } = headers;
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > largestBodyBytes) throw new Error("the body is larger than 1 MiB");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

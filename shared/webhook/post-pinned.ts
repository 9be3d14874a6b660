import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { createPinnedAgents, type PinnedAgentsDeps } from "./pinned-agents.ts";
import { readRetryAfter } from "./read-retry-after.ts";
import type { VettedUrl } from "./vet-url.ts";
import type { DeliveryFailure, WebhookResult } from "./webhook-result.ts";

export type PinnedPost = VettedUrl & {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Epoch ms. */
  readonly deadline: number;
};

/** Nothing in an answer's body is of use. So much of it is read that an ordinary receiver can end it in peace. */
const maxAnswerBytes = 64 * 1024;

/** Posts once to one of the given addresses. TLS is verified for the URL's name. Never throws. */
export function createPostPinned({ now, ...deps }: PinnedAgentsDeps): (post: PinnedPost) => Promise<WebhookResult> {
  const agents = createPinnedAgents({ now, ...deps });
  return (post) => {
    const { url, headers, body, deadline } = post;
    return new Promise((resolve) => {
      const request = url.protocol === "https:" ? httpsRequest : httpRequest;
      const call = request(url, {
        method: "POST",
        agent: agents.agentFor(post),
        headers: {
          ...headers,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "user-agent": "refund-status-for-chinaums",
        },
      });
      // The status alone decides. Once it is there, whatever happens to the body changes nothing.
      let answered: WebhookResult | undefined;
      const end = (because: DeliveryFailure) => {
        clearTimeout(timer);
        call.destroy();
        if (answered === undefined && call.reusedSocket) agents.forget(post);
        resolve(answered ?? { kind: "failed", because });
      };
      const timer = setTimeout(() => end("timeout"), Math.max(0, deadline - now()));
      const failureOf = watchConnection(call, url);
      call.on("response", (response) => {
        answered = resultOf(response, now());
        const result = answered;
        readSome(response, () => end("reset"));
        // Read to its end, the answer leaves the connection to the next delivery.
        response.on("end", () => {
          clearTimeout(timer);
          resolve(result);
        });
      });
      call.on("error", (error: NodeJS.ErrnoException) => end(failureOf(error)));
      call.on("close", () => end("reset"));
      call.end(body);
    });
  };
}

/** Tells from an error and from how far the connection got what went wrong. */
function watchConnection(call: ClientRequest, url: URL): (error: NodeJS.ErrnoException) => DeliveryFailure {
  let connected = false;
  let secured = false;
  call.on("socket", (socket: Socket) => {
    connected = !socket.connecting;
    secured = connected || url.protocol === "http:";
    if (connected) return;
    socket.once("connect", () => {
      connected = true;
    });
    socket.once("secureConnect", () => {
      secured = true;
    });
  });
  return ({ code }) => {
    if (code === "ECONNRESET" || code === "EPIPE") return "reset";
    if (!connected) return "unreachable";
    if (!secured) return "tls";
    return code?.startsWith("HPE_") ? "unreadable" : "reset";
  };
}

function resultOf({ statusCode: status = 0, headers }: IncomingMessage, now: number): WebhookResult {
  if (status >= 200 && status < 300) return { kind: "delivered", status };
  if (status === 410) return { kind: "gone" };
  const retryAfterMs = readRetryAfter(headers["retry-after"], now);
  const because = status >= 300 && status < 400 ? "redirect" : "status";
  return { kind: "failed", because, status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Reads so much of an answer as is read at all, and no more. */
function readSome(response: IncomingMessage, cut: () => void): void {
  let left = maxAnswerBytes;
  response.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left <= 0) cut();
  });
  response.on("error", cut);
}

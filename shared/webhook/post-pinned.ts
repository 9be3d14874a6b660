import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { isIP, type LookupFunction, type Socket } from "node:net";
import type { CheckedUrl } from "./checked-addresses.ts";
import { readRetryAfter } from "./read-retry-after.ts";
import type { DeliveryFailure, WebhookResult } from "./webhook-result.ts";

/** Certificates to trust instead of the public ones, and an agent that opens connections in another way. */
export type ConnectSettings = Pick<RequestOptions, "ca" | "agent">;

export type PostPinnedDeps = { readonly now: () => number; readonly connect?: ConnectSettings };

export type PinnedPost = CheckedUrl & {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Epoch ms. */
  readonly deadline: number;
};

/** Nothing in an answer's body is of use. So much of it is read that an ordinary receiver can end it in peace. */
const maxAnswerBytes = 64 * 1024;
/** How long one address is tried before the next. Node's own 250 ms is too short to reach another continent. */
const perAddress = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 2_000 };

/** Posts once over a new connection to one of the given addresses. TLS is verified for the URL's name. Never throws. */
export function createPostPinned({ now, connect }: PostPinnedDeps): (post: PinnedPost) => Promise<WebhookResult> {
  return ({ url, addresses, headers, body, deadline }) =>
    new Promise((resolve) => {
      const request = url.protocol === "https:" ? httpsRequest : httpRequest;
      const call = request(url, {
        method: "POST",
        // Without an agent there is no pool, and so no connection that was opened for another check.
        agent: false,
        lookup: lookupOf(addresses),
        ...perAddress,
        rejectUnauthorized: true,
        ...connect,
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
        resolve(answered ?? { kind: "failed", because });
      };
      const timer = setTimeout(() => end("timeout"), Math.max(0, deadline - now()));
      const failureOf = watchConnection(call, url);
      call.on("response", (response) => {
        answered = resultOf(response, now());
        readSome(response, () => end("reset"));
      });
      call.on("error", (error: NodeJS.ErrnoException) => end(failureOf(error)));
      call.on("close", () => end("reset"));
      call.end(body);
    });
}

/** Gives the checked addresses for any name, so that a connection cannot lead anywhere else. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_name, { all }, callback) => {
    if (all) return callback(null, found);
    callback(null, found[0]?.address ?? "", found[0]?.family);
  };
}

/** Tells from an error and from how far the connection got what went wrong. */
function watchConnection(call: ClientRequest, url: URL): (error: NodeJS.ErrnoException) => DeliveryFailure {
  let connected = false;
  let secured = url.protocol === "http:";
  call.on("socket", (socket: Socket) => {
    socket.once("connect", () => {
      connected = true;
    });
    socket.once("secureConnect", () => {
      secured = true;
    });
  });
  return ({ code }) => {
    if (!connected) return "unreachable";
    if (code === "ECONNRESET" || code === "EPIPE") return "reset";
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

function readSome(response: IncomingMessage, done: () => void): void {
  let left = maxAnswerBytes;
  response.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left <= 0) done();
  });
  response.on("end", done);
  response.on("error", done);
}

import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { RawAnswer } from "../refund-query/refund-query.ts";
import { createConnections } from "./connections.ts";

/**
 * What became of one POST. `closed` is a connection that ended before any byte of an answer came, as kept-alive ones do
 * when the other side has given them up, or the process was frozen meanwhile.
 */
export type PostResult =
  | { readonly kind: "answer"; readonly answer: RawAnswer }
  | { readonly kind: "timeout" }
  | { readonly kind: "closed" }
  | { readonly kind: "unreachable" }
  | { readonly kind: "unreadable" };

/** Posts a JSON body to a path below the base URL, and gives up at `deadline` (epoch ms). Never throws. */
export type Post = (
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  deadline: number,
) => Promise<PostResult>;

/** About seventy times the size of a real answer. */
const maxAnswerBytes = 64 * 1024;

/**
 * A POST over kept-alive connections to one upstream. TLS is verified, redirects are not followed.
 * `maxSockets` must be at least the number of calls that are meant to run at once. `connect` opens the first connection
 * ahead of them.
 */
export function createPost(options: {
  baseUrl: string;
  maxSockets: number;
  now: () => number;
}): Post & { readonly connect: () => Promise<void> } {
  const base = options.baseUrl.replace(/\/+$/, "");
  const connections = createConnections(new URL(base), options.maxSockets);
  const { agent } = connections;
  const request = base.startsWith("https:") ? httpsRequest : httpRequest;

  const post: Post = (path, headers, body, deadline) =>
    new Promise((resolve) => {
      const call = request(base + path, {
        method: "POST",
        agent,
        headers: { ...headers, "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      });
      let ended = false;
      const end = (result: PostResult) => {
        if (ended) return;
        ended = true;
        clearTimeout(timer);
        if (result.kind !== "answer") call.destroy();
        if (result.kind === "closed") connections.dropIdle();
        resolve(result);
      };
      const timer = setTimeout(() => end({ kind: "timeout" }), Math.max(0, deadline - options.now()));
      let answering = false;
      call.on("response", (response) => {
        answering = true;
        readAnswer(response, end);
      });
      call.on("error", (error: NodeJS.ErrnoException) => {
        if (answering) return end({ kind: "unreadable" });
        const closed = error.code === "ECONNRESET" || error.code === "EPIPE";
        end({ kind: closed ? "closed" : isBadAnswer(error) ? "unreadable" : "unreachable" });
      });
      call.end(body);
    });
  return Object.assign(post, { connect: connections.openOne });
}

function readAnswer(response: IncomingMessage, end: (result: PostResult) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxAnswerBytes) return end({ kind: "unreadable" });
    chunks.push(chunk);
  });
  response.on("end", () => {
    const body = Buffer.concat(chunks).toString("utf8");
    end({ kind: "answer", answer: { status: response.statusCode ?? 0, body } });
  });
  response.on("error", () => end({ kind: "unreadable" }));
  response.on("close", () => end({ kind: "unreadable" }));
}

/** Bytes came, but they were not HTTP. */
function isBadAnswer(error: NodeJS.ErrnoException): boolean {
  return error.code?.startsWith("HPE_") ?? false;
}

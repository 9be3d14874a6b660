import { type IncomingMessage, request } from "node:http";
import { createConnections } from "./connections.ts";
import type { Post, PostResult } from "./raw-answer.ts";

/** About seventy times the size of a real answer. */
const maxAnswerBytes = 64 * 1024;
/** Below the usual idle limit of load balancers, so that mostly we close first. */
const idleMs = 50_000;

export type PostDeps = {
  readonly baseUrl: string;
  /** At least the number of calls that run at once. */
  readonly maxSockets: number;
  readonly now: () => number;
};

/**
 * Posts over kept-alive connections to one upstream. TLS is verified, redirects are not followed. `connect` opens the first
 * connection before there is anything to send.
 */
export function createPost(deps: PostDeps): Post & { readonly connect: () => Promise<void> } {
  const base = deps.baseUrl.replace(/\/+$/, "");
  const connections = createConnections({ baseUrl: new URL(base), maxSockets: deps.maxSockets, idleMs });
  const { agent } = connections;

  const post: Post = (path, headers, body, deadline) =>
    new Promise((resolve) => {
      // Over TLS as well, because the agent opens the connection.
      const call = request(base + path, {
        method: "POST",
        agent,
        headers: { ...headers, "content-type": "application/json" },
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
      const timer = setTimeout(() => end({ kind: "timeout" }), Math.max(0, deadline - deps.now()));
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
  response.on("close", () => end({ kind: "unreadable" }));
}

/** True if bytes came that were not HTTP. */
function isBadAnswer(error: NodeJS.ErrnoException): boolean {
  return error.code?.startsWith("HPE_") === true;
}

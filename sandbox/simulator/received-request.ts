import type { IncomingMessage } from "node:http";

/** A request, read to its end. `path` is as sent, without the query string. */
export type ReceivedRequest = {
  method: string;
  path: string;
  search: string;
  authorization: string | null;
  contentType: string | null;
  body: Buffer;
};

const largestBodyBytes = 1024 * 1024;

/** Reads a request to its end; null when its body is larger than 1 MiB, an error when the client goes away before the end. */
export async function receiveRequest(request: IncomingMessage): Promise<ReceivedRequest | null> {
  const body = await readBody(request);
  if (body === null) return null;
  const target = request.url ?? "/";
  const queryAt = target.indexOf("?");
  return {
    method: request.method ?? "GET",
    path: queryAt < 0 ? target : target.slice(0, queryAt),
    search: queryAt < 0 ? "" : target.slice(queryAt),
    authorization: request.headers.authorization ?? null,
    contentType: request.headers["content-type"] ?? null,
    body,
  };
}

function readBody(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > largestBodyBytes) resolve(null);
      else chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

import { createServer, request as send } from "node:http";
import { listen } from "../../sandbox/loopback.ts";

/** A call of AWS as it went over the wire. */
export type RecordedCall = { readonly operation: string; readonly request: Record<string, unknown> };

/** Passes everything on to an AWS endpoint that speaks JSON 1.x, and tells what was asked of it. */
export async function startRecordingProxy(
  endpoint: string,
  onCall: (call: RecordedCall) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const [service = "", operation] = String(incoming.headers["x-amz-target"]).split(".");
    onCall({
      operation: `${service.startsWith("DynamoDB") ? "dynamodb" : service}:${operation}`,
      request: JSON.parse(body.toString("utf8") || "{}"),
    });
    const { method = "POST", url = "/" } = incoming;
    // The endpoint serves requests that name it, not this proxy.
    const { host: _, ...headers } = incoming.headers;
    const onward = send(endpoint + url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    onward.end(body);
  });
  const url = await listen(server, 0);
  return {
    url,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

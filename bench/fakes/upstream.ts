/**
 * A ChinaUMS that checks nothing and answers every question after a fixed time, as cheaply as it can, in a process of its own.
 * Arguments: ms until the answer, the refundStatus, and `https` for TLS with the certificate of the tests.
 */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const [delayMs = "0", refundStatus = "PROCESSING", scheme = "http"] = process.argv.slice(2);
process.on("disconnect", () => process.exit(0));

const sample = JSON.parse(readFileSync(join(import.meta.dirname, "../../test/fixtures/page-answer.json"), "utf8"));

function serve(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { mid, tid, merOrderId, msgId } = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>;
    const text = JSON.stringify({ ...sample, mid, tid, merOrderId, msgId, refundOrderId: merOrderId, refundStatus });
    const answer = () => {
      response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
      response.end(text);
    };
    if (delayMs === "0") answer();
    else setTimeout(answer, Number(delayMs));
  });
}

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../../test/fixtures", name));
const server =
  scheme === "https"
    ? createTlsServer({ key: fixture("localhost-key.pem"), cert: fixture("localhost-cert.pem") }, serve)
    : createServer(serve);
server.keepAliveTimeout = 65_000;
server.listen(0, "127.0.0.1", () =>
  process.send?.({ url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);

import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const fixtures = join(import.meta.dirname, "../../test/fixtures");
/** What a client has to trust, in NODE_EXTRA_CA_CERTS. */
export const certificateFile = join(fixtures, "localhost-cert.pem");

/** Serves on a free port of 127.0.0.1, tells the parent process where, and ends with it. */
export function serveFake(
  scheme: string,
  serve: (body: Buffer, request: IncomingMessage, response: ServerResponse) => void,
): void {
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => serve(Buffer.concat(chunks), request, response));
  };
  const tls = () => ({ key: readFileSync(join(fixtures, "localhost-key.pem")), cert: readFileSync(certificateFile) });
  const server = scheme === "https" ? createTlsServer(tls(), listener) : createServer(listener);
  server.keepAliveTimeout = 65_000;
  process.on("disconnect", () => process.exit(0));
  server.listen(0, "127.0.0.1", () => {
    process.send?.({ url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
}

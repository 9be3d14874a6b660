import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { listen } from "./loopback.ts";

export type LocalServerDeps = {
  /** Port of 127.0.0.1; 0 means any that is free. */
  readonly port: number;
  /** Answers a request that a program of this machine has sent. */
  readonly answer: RequestListener;
  /** True if paths such as `//x` are answered too. A server that parses them as a URL would take `x` for a host. */
  readonly doubledSlashes?: boolean;
};

export type LocalServer = { readonly url: string; close(): Promise<void> };

type Refusal = { readonly status: 403 | 404; readonly message: string };

/** Longer than clients keep an idle connection, so that the server never closes one under a request. */
const keepAliveTimeout = 65_000;

/**
 * Serves HTTP on 127.0.0.1 for programs of this machine alone. Web pages are refused, also those whose own name resolves
 * to 127.0.0.1 (DNS rebinding), because the local run holds keys that no page may read.
 * @throws an Error with one plain sentence if the port is taken
 */
export async function startLocalServer(deps: LocalServerDeps): Promise<LocalServer> {
  const { port, answer } = deps;
  // `//x`, `/\x` and `http://x` would name another host when they are parsed as a URL.
  const path = deps.doubledSlashes ? /^\/(?!\/*\\)/ : /^\/(?![/\\])/;
  const server = createServer({ keepAliveTimeout }, (request, response) => {
    const refusal = refuse(request, (server.address() as AddressInfo | null)?.port ?? port, path);
    if (refusal === undefined) return answer(request, response);
    request.resume();
    response.writeHead(refusal.status, { "Content-Type": "application/json", Connection: "close" });
    response.end(JSON.stringify({ message: refusal.message }));
  });
  const url = await listen(server, port);
  return {
    url,
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        // Requests that wait for an answer are cut too.
        server.closeAllConnections();
      });
    },
  };
}

function refuse({ url = "", headersDistinct }: IncomingMessage, port: number, path: RegExp): Refusal | undefined {
  const hosts = ["127.0.0.1", "localhost", "[::1]"].map((name) => (port === 80 ? name : `${name}:${port}`));
  const { host = [], origin = [] } = headersDistinct;
  if (!host.every((one) => hosts.includes(one.toLowerCase()))) {
    return { status: 403, message: `Only programs on this machine are served: Host must be ${hosts.join(" or ")}.` };
  }
  if (!origin.every((one) => hosts.some((own) => one.toLowerCase() === `http://${own}`))) {
    return { status: 403, message: "Only programs on this machine are served: Origin must not name another site." };
  }
  return path.test(url) ? undefined : { status: 404, message: "Not Found" };
}

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Passes bytes between its clients and one server, and can give up the connections that it has as networks do. */
export async function startCuttableProxy(target: string) {
  const { hostname, port } = new URL(target);
  const clients = new Set<Socket>();
  const dead = new WeakSet<Socket>();
  let resets = 0;
  const server = createServer((client) => {
    const behind = connect(Number(port), hostname);
    clients.add(client);
    client.on("data", (bytes) => {
      if (dead.has(client)) {
        resets++;
        client.resetAndDestroy();
      } else behind.write(bytes.toString("latin1").replaceAll(own(), `${hostname}:${port}`), "latin1");
    });
    behind.on("data", (bytes) => client.write(bytes));
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      one.on("error", () => undefined);
      one.on("close", () => other.destroy());
    }
    client.on("close", () => clients.delete(client));
  });
  // The server behind serves requests that name it as their host, not this proxy.
  const own = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Answers to bytes on a connection that had been forgotten. */
    resets: () => resets,
    /** Ends every connection and says so. */
    endAll() {
      for (const client of clients) client.end();
    },
    /** Forgets every connection without a word; who sends on one of them is told then. */
    forgetAll() {
      for (const client of clients) dead.add(client);
    },
    async close() {
      for (const client of clients) client.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

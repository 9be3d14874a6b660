import type { Server } from "node:http";
import { type AddressInfo, createServer } from "node:net";

/** The only address that the local run listens on. */
export const loopback = "127.0.0.1";

/**
 * Listens on 127.0.0.1 and gives the address; port 0 means any that is free.
 * @throws an Error with one plain sentence where the port is taken
 */
export async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE" || error.code === "EACCES";
      const sentence = `port ${port} of ${loopback} is ${error.code === "EACCES" ? "not allowed" : "taken"}; choose another with --port`;
      reject(taken ? new Error(sentence) : error);
    });
    server.listen(port, loopback, resolve);
  });
  return `http://${loopback}:${(server.address() as AddressInfo).port}`;
}

/** A port that is free right now, for a process that cannot choose one itself. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once("error", reject).listen(0, loopback, resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

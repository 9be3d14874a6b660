import { randomInt } from "node:crypto";
import type { Server } from "node:http";
import { type AddressInfo, createServer } from "node:net";

/** The address that everything of the local run is reached at. */
export const loopback = "127.0.0.1";

/**
 * An address of this machine that no web page can guess. Linux answers for all 16 million addresses of 127.0.0.0/8; other
 * systems have 127.0.0.1 alone.
 */
export function unguessableLoopback(): string {
  if (process.platform !== "linux") return loopback;
  return ["127", ...Array.from({ length: 3 }, () => randomInt(1, 255))].join(".");
}

/**
 * Listens on 127.0.0.1 and gives the URL; port 0 means any that is free.
 * @throws an Error with one plain sentence if the port is taken
 */
export async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE" || error.code === "EACCES";
      const sentence = `port ${port} of ${loopback} is ${error.code === "EACCES" ? "not allowed" : "taken"}; choose another with --port`;
      reject(taken ? new Error(sentence, { cause: error }) : error);
    });
    server.listen(port, loopback, resolve);
  });
  return `http://${loopback}:${(server.address() as AddressInfo).port}`;
}

/** A port of an address that is free right now, for a process that cannot choose one itself. */
export async function freePort(address: string): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once("error", reject).listen(0, address, resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

import { Agent as HttpAgent, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent } from "node:https";

type Socket = IncomingMessage["socket"];

export type ConnectionsDeps = {
  readonly baseUrl: URL;
  readonly maxSockets: number;
  /** A connection that nothing has been sent on for so long is closed. */
  readonly idleMs: number;
};

/**
 * Kept-alive connections to one upstream, at most `maxSockets` of them. TLS is verified. One connection can be opened before
 * there is anything to send, and the next request takes it.
 */
export function createConnections({ baseUrl, maxSockets, idleMs }: ConnectionsDeps) {
  const pool = { keepAlive: true, maxSockets, timeout: idleMs };
  const overTls = baseUrl.protocol === "https:";
  const agent = overTls ? new HttpsAgent({ ...pool, rejectUnauthorized: true }) : new HttpAgent(pool);
  const open = agent.createConnection.bind(agent);
  let spare: Socket | undefined;

  agent.createConnection = (options, onOpened) => {
    const taken = spare;
    spare = undefined;
    return taken === undefined || taken.destroyed ? open(options, onOpened) : taken;
  };

  return {
    agent,

    /** Rejects when the connection cannot be opened, for example by ECONNREFUSED or a certificate that is not trusted. */
    openOne: () =>
      new Promise<void>((resolve, reject) => {
        const host = baseUrl.hostname.replace(/^\[|\]$/g, "");
        const port = Number(baseUrl.port) || (overTls ? 443 : 80);
        // An IP address is no server name; the agent itself decides in the same way.
        const servername = /^[\d.]+$|:/.test(host) ? "" : host;
        const options = { host, port, servername, rejectUnauthorized: true, timeout: idleMs };
        const socket = open(options) as Socket;
        socket.once(overTls ? "secureConnect" : "connect", () => {
          spare?.destroy();
          spare = socket;
          resolve();
        });
        socket.once("timeout", () => spare === socket && socket.destroy());
        // This listener stays, because an error without a listener ends the process.
        socket.on("error", reject);
      }),

    /** After a freeze all kept connections are dead, and the second try must not take another dead one. */
    dropIdle(): void {
      spare?.destroy();
      for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
    },
  };
}

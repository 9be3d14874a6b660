import { Agent as HttpAgent, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent } from "node:https";

type Socket = IncomingMessage["socket"];

/** Below the usual idle limit of load balancers, so that it is mostly us who close first. */
const idleSocketMs = 50_000;

/**
 * Kept-alive connections to one upstream, at most `maxSockets` of them. TLS is verified. One can be opened before there is
 * anything to send; the next request then takes it.
 */
export function createConnections(baseUrl: URL, maxSockets: number) {
  const pool = { keepAlive: true, maxSockets, timeout: idleSocketMs };
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

    /** Rejects with what keeps it from being opened, such as ECONNREFUSED or a certificate that is not trusted. */
    openOne: () =>
      new Promise<void>((resolve, reject) => {
        const host = baseUrl.hostname.replace(/^\[|\]$/g, "");
        const port = Number(baseUrl.port) || (overTls ? 443 : 80);
        // An address is no server name; as an agent has it.
        const servername = /^[\d.]+$|:/.test(host) ? "" : host;
        const options = { host, port, servername, rejectUnauthorized: true, timeout: idleSocketMs };
        const socket = open(options) as Socket;
        socket.once(overTls ? "secureConnect" : "connect", () => {
          spare?.destroy();
          spare = socket;
          resolve();
        });
        socket.once("timeout", () => spare === socket && socket.destroy());
        // Stays, since an error that nobody listens to would end the process; a request that takes the socket listens too.
        socket.on("error", reject);
      }),

    /** After a freeze all kept connections are as dead as the one just tried, and the next try must not find another. */
    dropIdle(): void {
      spare?.destroy();
      for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
    },
  };
}

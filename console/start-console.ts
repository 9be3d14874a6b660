import { getRequestListener } from "@hono/node-server";
import { type LocalServer, startLocalServer } from "../sandbox/local-server.ts";
import { createConsoleApp } from "./app.ts";
import type { ConsoleDeps } from "./console-deps.ts";

export type StartConsoleOptions = ConsoleDeps & {
  /** Port of 127.0.0.1; 0 means any that is free. */
  readonly port: number;
};

/**
 * Serves the console to the browsers of this machine. The URL has the token, and whoever has it may do all that the console
 * can.
 * @throws an Error with one plain sentence if the port is taken
 */
export async function startConsole({ port, ...deps }: StartConsoleOptions): Promise<LocalServer> {
  const { fetch } = createConsoleApp(deps);
  const server = await startLocalServer({ port, answer: getRequestListener(fetch, { overrideGlobalObjects: false }) });
  return { ...server, url: `${server.url}/?token=${deps.token}` };
}

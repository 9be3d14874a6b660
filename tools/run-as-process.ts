import http from "node:http";
import type { RunCommandLine } from "./command-line.ts";

/** Runs a command line as this process. A reader that has enough, such as `head`, ends it quietly. */
export async function runAsProcess(run: RunCommandLine): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(process.exitCode);
  });
  passLocalRunBy(process.env);
  await run(process.argv.slice(2), process);
  if (!process.exitCode) return;
  // What went wrong is said, and calls that are under way beside it are of no more use.
  process.stdout.write("", () => process.stderr.write("", () => process.exit()));
}

/** Where Node is told to use the proxy of the network, it is not used for what runs on this machine, which it cannot reach. */
function passLocalRunBy(env: NodeJS.ProcessEnv): void {
  if (env.NODE_USE_ENV_PROXY !== "1") return;
  const noProxy = [env.no_proxy ?? env.NO_PROXY, "127.0.0.1", "localhost"].filter(Boolean).join(",");
  // The first releases of Node 24 do not have it.
  http.setGlobalProxyFromEnv?.({ ...env, NO_PROXY: noProxy, no_proxy: noProxy });
}

import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export type Fake = { readonly url: string; readonly pid: number; close(): Promise<void> };

/** Starts a fake of this folder as a process of its own, which ends with this one. */
export async function startFake(name: string, args: readonly string[] = []): Promise<Fake> {
  const child = fork(join(import.meta.dirname, `${name}.ts`), args, {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [{ url }] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(new Error(`the fake ${name} did not start`))),
  ])) as [{ url: string }];
  return {
    url,
    pid: child.pid ?? 0,
    async close() {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}

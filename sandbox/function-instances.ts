import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";

export type Invoke = (event: unknown) => Promise<unknown>;
export type FunctionInstances = { readonly invoke: Invoke; readonly pids: () => number[]; close(): Promise<void> };

export type FunctionInstancesOptions = {
  readonly bundle: string;
  /** What the bundle exports; `handler` by default. */
  readonly handlerName?: string;
  /** The memory of the function. As in Lambda, nine tenths of it are for the heap. */
  readonly memoryMb?: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly instances: number;
  /** How long an invocation may take, in ms. */
  readonly timeoutMs: number;
  readonly onLogLine: (line: string) => void;
};

/** What function-instance.mjs is sent. */
type Invocation = {
  readonly id: number;
  readonly event: unknown;
  readonly requestId: string;
  readonly timeoutMs: number;
};
/** What it sends back, and first of all with the id 0 when it has come up. */
type Outcome = { readonly id: number; readonly result?: unknown; readonly failed?: string };
type Instance = { readonly process: ChildProcess; readonly waiting: Map<number, (outcome: Outcome) => void> };

/**
 * Starts several instances of one function, each a process of its own, and invokes them in turn. Unlike in Lambda an
 * instance takes several invocations at once. If it dies, its invocations fail and a new instance replaces it.
 * @throws an Error if an instance does not come up
 */
export async function startFunctionInstances(options: FunctionInstancesOptions): Promise<FunctionInstances> {
  let closing = false;
  let turn = 0;
  let lastId = 0;
  const instances: Instance[] = [];

  async function start(slot: number): Promise<void> {
    const child = fork(
      join(import.meta.dirname, "function-instance.mjs"),
      [options.bundle, options.handlerName ?? "handler"],
      {
        // What Lambda gives every function, and nothing of this machine.
        env: { TZ: ":UTC", LANG: "en_US.UTF-8", PATH: process.env.PATH ?? "", ...options.environment },
        stdio: ["ignore", "pipe", "inherit", "ipc"],
        execArgv: options.memoryMb === undefined ? [] : [`--max-old-space-size=${Math.floor(options.memoryMb * 0.9)}`],
      },
    );
    const instance: Instance = { process: child, waiting: new Map() };
    instances[slot] = instance;
    forEachLine(child, options.onLogLine);
    child.on("exit", () => {
      for (const [id, answer] of instance.waiting) answer({ id, failed: "the instance died" });
      if (!closing && instances[slot] === instance) start(slot).catch(() => undefined);
    });
    const ready = new Promise<void>((resolve, reject) => {
      child.on("message", (outcome: Outcome) => {
        if (outcome.id === 0) return resolve();
        instance.waiting.get(outcome.id)?.(outcome);
        instance.waiting.delete(outcome.id);
      });
      child.once("exit", (code) => reject(new Error(`an instance of ${options.bundle} ended at its start (${code})`)));
    });
    await ready;
  }
  await Promise.all(Array.from({ length: options.instances }, (_, slot) => start(slot)));

  return {
    async invoke(event) {
      const instance = instances[turn++ % instances.length];
      if (instance === undefined) throw new Error("no instance is running");
      const id = ++lastId;
      const invocation: Invocation = { id, event, requestId: randomUUID(), timeoutMs: options.timeoutMs };
      const outcome = await new Promise<Outcome>((resolve) => {
        instance.waiting.set(id, resolve);
        instance.process.send(invocation, (error) => {
          if (error) resolve({ id, failed: "the instance is gone" });
        });
      });
      if (outcome.failed !== undefined) throw new Error(`the function failed: ${outcome.failed}`);
      return outcome.result;
    },
    pids: () => instances.flatMap(({ process: { pid } }) => pid ?? []),
    async close() {
      closing = true;
      await Promise.all(
        instances.map(async ({ process: child }) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const exited = once(child, "exit");
          child.kill("SIGKILL");
          await exited;
        }),
      );
    },
  };
}

function forEachLine(child: ChildProcess, onLine: (line: string) => void): void {
  let rest = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
}

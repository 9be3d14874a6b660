import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "./settings.ts";

export type Request = {
  /** They run in this order until one fails. */
  readonly testFiles: readonly string[];
  readonly change: { readonly file: string; readonly text: string } | undefined;
};
export type Answer = {
  readonly passed: boolean;
  /** The first failure, where there is one, and the test file that it is of, if it is of one. */
  readonly why?: string | undefined;
  readonly failed?: string | undefined;
  /** The paths of all that was loaded. */
  readonly loaded: readonly string[];
  readonly ms: number;
};

/**
 * Runs test files in a process of its own, because a changed source may never give control back.
 * Files that are not isolated share what they load, which is quicker; those that are tell what each of them has loaded.
 */
export class TestRunner {
  readonly #isolation: "isolated" | "shared";
  #process: ChildProcess | undefined;

  constructor(isolation: "isolated" | "shared") {
    this.#isolation = isolation;
  }

  /** What test files say, or undefined where they take longer than the limit or the process dies of them. */
  async run(request: Request, limitMs: number): Promise<Answer | undefined> {
    this.#process ??= await started(this.#isolation);
    const child = this.#process;
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    const giveUp = () => {
      this.close();
      resolve(undefined);
    };
    const timer = setTimeout(giveUp, limitMs);
    child.once("exit", giveUp);
    child.once("message", (answer: Answer) => resolve(answer));
    child.send(request);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      child.removeAllListeners();
    }
  }

  /** Ends the process, and whatever it has started, which is all in one group. */
  close(): void {
    const pid = this.#process?.pid;
    this.#process?.removeAllListeners();
    this.#process = undefined;
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // The group has ended by itself.
    }
  }
}

async function started(isolation: string): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, "vitest-process.ts"), [isolation], {
    detached: true,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    // What has been compiled once need not be compiled for each test file.
    env: { ...process.env, NODE_COMPILE_CACHE: join(root, ".build/mutants/compiled") },
  });
  const [said] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (said !== "ready") throw new Error("the tests cannot be started; why is told above");
  return child;
}

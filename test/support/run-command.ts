import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** Runs a command in the project's folder to its end. */
export async function runCommand(command: string, args: readonly string[], input?: string) {
  const child = spawn(command, args, { cwd: root, stdio: ["pipe", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  child.stdin.end(input);
  const [status] = (await once(child, "close")) as [number];
  return { status, stdout, stderr };
}

/** Runs one of the project's TypeScript entries with the Node that runs the tests. */
export function runEntry(file: string, args: readonly string[]) {
  return runCommand(process.execPath, [file, ...args]);
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { CommandIo, RunCommandLine } from "../../tools/command-line.ts";

const root = join(import.meta.dirname, "../..");
/** Ends a command that hangs. No command needs as long, also on a machine that is busy with other things. */
export const commandLimitMs = 600_000;

/** Runs a command in the project's folder to its end. */
export async function runCommand(
  command: string,
  args: readonly string[],
  input?: string,
  env: NodeJS.ProcessEnv = process.env,
) {
  const child = spawn(command, args, { cwd: root, env, timeout: commandLimitMs, stdio: ["pipe", "pipe", "pipe"] });
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
export function runEntry(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  return runCommand(process.execPath, [file, ...args], undefined, env);
}

/** Runs a program given as text, with the Node that runs the tests and this environment alone. */
export function runProgram(program: string, env: Record<string, string>) {
  return runCommand(process.execPath, ["--input-type=module", "-e", program], undefined, env);
}

/** Runs a command line within this process, which takes no start of another one. */
export async function runHere(run: RunCommandLine, args: readonly string[], input = "") {
  const output = { stdout: "", stderr: "" };
  const collector = (name: keyof typeof output) =>
    new Writable({
      write(chunk, _, done) {
        output[name] += chunk;
        done();
      },
    });
  const io: CommandIo = { stdin: Readable.from([input]), stdout: collector("stdout"), stderr: collector("stderr") };
  await run(args, io);
  return { status: io.exitCode ?? 0, ...output };
}

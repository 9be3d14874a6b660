import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const folder = join(import.meta.dirname, "../../examples");

/** Ends a program that hangs, in ms. The first Go program of a machine compiles the standard library. */
const limitMs = 150_000;

/** Why a program cannot run here; undefined if it can. */
export function missingTool(program: string): string | undefined {
  const isThere = spawnSync("sh", ["-c", `command -v "$0"`, program]).status === 0;
  return isThere ? undefined : `${program} is not installed`;
}

/** Runs an example as its readers run it, with `input` on stdin. */
export async function runExample(
  [program, ...args]: readonly [string, ...string[]],
  env: Record<string, string | undefined>,
  input = "",
) {
  // Far from Beijing, so that an example that signs the machine's own time is refused.
  const ofExamples = { ...process.env, TZ: "America/New_York", LC_ALL: "C.UTF-8", ...env };
  const child = spawn(program, args, { cwd: folder, env: ofExamples, stdio: "pipe", detached: true });
  // With all that it has started, which else would keep its output open for ever.
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // All of it has ended, which is what was wanted.
    }
  };
  const timer = setTimeout(end, limitMs);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.on("error", () => undefined).end(input);
  const [exitCode] = (await once(child, "exit")) as [number | null];
  clearTimeout(timer);
  end();
  const [stdout, stderr] = await output;
  return { exitCode, stdout, stderr };
}

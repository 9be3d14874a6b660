import type { RunCommandLine } from "./command-line.ts";

/** Runs a command line as this process. A reader that has enough, such as `head`, ends it quietly. */
export async function runAsProcess(run: RunCommandLine): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(process.exitCode);
  });
  await run(process.argv.slice(2), process);
  if (!process.exitCode) return;
  // What went wrong is said, and calls that are under way beside it are of no more use.
  process.stdout.write("", () => process.stderr.write("", () => process.exit()));
}

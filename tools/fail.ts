/** Ends a command with one plain sentence on standard error and the exit code 1. */
export function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Makes a folder and those above it. @throws an Error with one plain sentence if it cannot be made */
export function makeDataFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (cause) {
    const { code = "unknown" } = cause as NodeJS.ErrnoException;
    throw new Error(`the data folder ${folder} cannot be made (${code}); choose another with --data`, { cause });
  }
}

/** One by one, because Node's own recursion never ends where a folder may not be made in its parent, as in `/proc`. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/**
 * Keeps other local runs out of a data folder until it is released. The lock of a run that was killed is taken over.
 * @throws an Error with one plain sentence if a local run is there
 */
export function lockDataFolder(folder: string): { release(): void } {
  const file = join(folder, "lock");
  const own = `${file}.${process.pid}`;
  writeFileSync(own, processName(process.pid), { mode: 0o600 });
  for (;;) {
    try {
      // Linked, so that nobody ever sees it without its content.
      linkSync(own, file);
      rmSync(own);
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = readHolder(file);
    const pid = Number(holder?.split(" ")[0]);
    if (holder !== undefined && isRunning(pid) && processName(pid) === holder) {
      rmSync(own);
      throw new Error(`a local run (process ${pid}) has its data in ${folder}; stop it, or choose another with --data`);
    }
    rmSync(file, { force: true });
  }
}

function readHolder(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A process by its number and, where Linux tells it, by when it began, because numbers are used again. */
function processName(pid: number): string {
  try {
    const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(/\) (?=[^)]*$)/);
    return `${pid} ${fields.split(" ")[19]}`;
  } catch {
    return String(pid);
  }
}

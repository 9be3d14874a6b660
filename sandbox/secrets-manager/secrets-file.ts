import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type StoredSecret, secretsFileSchema } from "./stored-secret.ts";

/** The secrets in the file, none when there is no file yet. @throws an Error with one plain sentence if the file is not one of this server's */
export function loadSecrets(file: string): StoredSecret[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const { code = "unknown" } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw new Error(`${file} cannot be read (${code}); mend that, or move it away: the next start makes new keys`, {
      cause,
    });
  }
  try {
    return secretsFileSchema.parse(JSON.parse(text)).secrets;
  } catch (cause) {
    throw new Error(`${file} is damaged; repair it, or move it away: the next start makes new keys`, { cause });
  }
}

/** Replaces the file in one step, so that a process killed in between leaves the old one whole. Only its owner may read it. */
export function saveSecrets(file: string, secrets: readonly StoredSecret[]): void {
  mkdirSync(dirname(file), { recursive: true });
  const written = `${file}.${process.pid}.tmp`;
  writeFileSync(written, JSON.stringify({ secrets }, null, 2), { mode: 0o600 });
  renameSync(written, file);
}

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Mutant, mutantsOf } from "./mutants-of.ts";
import { root } from "./settings.ts";

/** A mutant that no test needs to notice, and why. */
type Accepted = Pick<Mutant, "file" | "was" | "becomes"> & { readonly reason: string };

const list = JSON.parse(readFileSync(join(import.meta.dirname, "accepted.json"), "utf8")) as Accepted[];
const isSame = (entry: Accepted, mutant: Mutant) =>
  entry.file === mutant.file && entry.was === mutant.was && entry.becomes === mutant.becomes;

export function isAccepted(mutant: Mutant): boolean {
  return list.some((entry) => isSame(entry, mutant) && entry.reason !== "");
}

/** Entries that name no change that can be made any more, because the code is gone. */
export function staleEntries(): Accepted[] {
  return list.filter((entry) => {
    const path = join(root, entry.file);
    return !existsSync(path) || !mutantsOf(entry.file, readFileSync(path, "utf8")).some((one) => isSame(entry, one));
  });
}

/** Entries about these files that name none of the survivors, and can go. */
export function needlessEntries(files: readonly string[], survivors: readonly Mutant[]): Accepted[] {
  return list.filter((entry) => files.includes(entry.file) && !survivors.some((mutant) => isSame(entry, mutant)));
}

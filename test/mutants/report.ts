import { dirname } from "node:path";
import { isAccepted, needlessEntries } from "./accepted.ts";
import type { Verdict } from "./judge.ts";
import type { Mutant } from "./mutants-of.ts";
import { folders, leastScore } from "./settings.ts";

export type Judged = { readonly mutant: Mutant; readonly verdict: Verdict };

const folderOf = (file: string) => folders.find((folder) => file.startsWith(`${folder}/`)) ?? dirname(file);
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Whether every mutant of the files has been judged, and whether those are the files of all folders. */
export type Extent = { readonly everyMutant: boolean; readonly everyFolder: boolean };

/** Prints the survivors by file and the score by folder; tells whether all is well. */
export function report(judged: readonly Judged[], { everyMutant, everyFolder }: Extent): boolean {
  const survivors = judged.filter(({ verdict }) => verdict === "survived").map(({ mutant }) => mutant);
  const strangers = survivors.filter((mutant) => !isAccepted(mutant));
  const files = [...new Set(judged.map(({ mutant }) => mutant.file))].sort();
  for (const file of files) tellSurvivors(file, strangers);
  for (const entry of everyMutant ? needlessEntries(files, survivors) : []) {
    console.log(`\nno survivor, take it off the list: ${entry.file}: ${entry.becomes}`);
  }

  let isGood = strangers.length === 0;
  console.log(`\n${"folder".padEnd(32)}score     mutants  failed  did not end  types  survived  accepted`);
  for (const [folder, ours] of Map.groupBy(judged, ({ mutant }) => folderOf(mutant.file))) {
    const count = (verdict: Verdict) => ours.filter((one) => one.verdict === verdict).length;
    const accepted = ours.filter(({ mutant, verdict }) => verdict === "survived" && isAccepted(mutant)).length;
    const score = 1 - count("survived") / ours.length;
    if (everyMutant && everyFolder && score < leastScore) isGood = false;
    const counts = [ours.length, count("failed"), count("did not end"), count("types"), count("survived"), accepted];
    const widths = [7, 8, 13, 7, 10, 10];
    const columns = counts.map((n, i) => String(n).padStart(widths[i] ?? 0)).join("");
    console.log(`${folder.padEnd(32)}${percent(score).padEnd(10)}${columns}`);
  }
  console.log(`\n${strangers.length} survivors that are not on the list; a folder needs ${percent(leastScore)}`);
  return isGood;
}

function tellSurvivors(file: string, survivors: readonly Mutant[]): void {
  const ours = survivors.filter((mutant) => mutant.file === file).sort((a, b) => a.line - b.line);
  if (ours.length === 0) return;
  console.log(`\n${file}`);
  for (const mutant of ours) console.log(survivorText(mutant));
}

/** A change as a person reads it: its line, what stood there and what stands there now. */
export const survivorText = ({ line, was, becomes }: Mutant) => `  ${line}\n    - ${was}\n    + ${becomes}`;

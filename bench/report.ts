import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";

/** One table of a bench. A cell that is a number is printed as it is; round before. */
export type Table = {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** What has to be known to read it: the method, and whether a bound was kept. */
  readonly notes?: readonly string[];
};

const results = join(import.meta.dirname, "results");

/** Prints the tables, as Markdown, and keeps them as JSON in bench/results/. */
export function report(bench: string, tables: readonly Table[]): void {
  for (const { title, columns, rows, notes = [] } of tables) {
    const cells = [columns, columns.map(() => "---"), ...rows].map((row) => row.map(String));
    const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
    const lines = cells.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`);
    console.log([`\n### ${title}\n`, ...lines, ...notes.map((note) => `\n${note}`)].join("\n"));
  }
  mkdirSync(results, { recursive: true });
  const machine = {
    cpu: cpus()[0]?.model,
    cpus: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  writeFileSync(
    join(results, `${bench}.json`),
    `${JSON.stringify({ bench, at: new Date(), machine, tables }, null, 2)}\n`,
  );
}

/** Kept or missed, in words. */
export function verdict(value: number, bound: number, better: "lower" | "higher" = "lower"): string {
  return (better === "lower" ? value <= bound : value >= bound) ? "kept" : "MISSED";
}

export function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}

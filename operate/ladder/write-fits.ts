import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Fits } from "./format-fit.ts";
import { ladderText, waitText } from "./ladder-text.ts";

type Settings = Record<string, unknown> & {
  readonly ladders?: Readonly<Record<string, string>>;
  readonly expected?: Readonly<Record<string, string>>;
};

/** Writes what is proposed into a stage's file of settings, and leaves everything else there as it is. */
export function writeFits(file: string, fits: Fits): void {
  const settings: Settings = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const ladders = { ...settings.ladders };
  const expected = { ...settings.expected };
  for (const [instMid, fit] of fits) {
    if (fit.kind === "proposed") ladders[instMid] = ladderText(fit.ladder);
    if (fit.kind === "too_few") continue;
    if (fit.expected === undefined) delete expected[instMid];
    else expected[instMid] = waitText(fit.expected.waitMs);
  }
  writeFileSync(file, `${JSON.stringify({ ...settings, ladders, expected }, null, 2)}\n`);
}

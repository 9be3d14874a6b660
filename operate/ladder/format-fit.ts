import { formatDuration } from "../format-time.ts";
import { enoughSettled, type LadderFit, type Ratio } from "./fit-ladder.ts";
import type { LadderCost } from "./ladder-cost.ts";
import { ladderText, waitText } from "./ladder-text.ts";

/** What was fitted to the refunds of each product, by `instMid`. */
export type Fits = ReadonlyMap<string, LadderFit>;

/** The fits for a person: what each would have cost and gained, and how sure that is. */
export function formatFits(fits: Fits, days: number): string {
  if (fits.size === 0) return `No refund was first seen in the last ${days} days, and checked.\n`;
  return `${[...fits].map(([instMid, fit]) => formatFit(instMid, fit)).join("\n\n")}\n`;
}

function formatFit(instMid: string, fit: LadderFit): string {
  const head = `${instMid}  ${fit.settled} refunds ended, ${fit.open} are open`;
  if (fit.kind === "too_few")
    return `${head}\n  too few to say anything: ${enoughSettled} are needed; nothing is proposed`;
  const { comparison, expected, ladder } = fit;
  const { today, fitted, delay, questions, heldOut } = comparison;
  return [
    head,
    `  today     ${formatCost(today)}`,
    `  fitted    ${formatCost(fitted)}`,
    `            measured on ${heldOut} held-out refunds: delay ${formatRatio(delay)}, questions ${formatRatio(questions)}`,
    expected === undefined
      ? "  expected  nothing: held-out refunds do not bear it out"
      : `  expected  nine in ten are final within ${waitText(expected.waitMs)}; ${(100 * expected.heldOutShare).toFixed(1)} of 100 held-out ones were`,
    fit.kind === "kept"
      ? "  ladder    nothing is proposed: it is not surely 5 % sooner for as many questions"
      : `  ladder    ${ladderText(ladder)}`,
  ].join("\n");
}

function formatCost({ questions, delayMs }: LadderCost): string {
  return `${questions.toFixed(1)} questions a refund, and its end is known ${formatDuration(delayMs)} late on average`;
}

function formatRatio({ ratio, low, high }: Ratio): string {
  return `${ratio.toFixed(2)} of today's (${low.toFixed(2)} to ${high.toFixed(2)} with 95 % confidence)`;
}

/** The fits for programs. Ladders and waits are in the form of the settings. */
export function fitsJson(fits: Fits) {
  return [...fits].map(([instMid, fit]) => {
    const { settled, open, kind } = fit;
    if (fit.kind === "too_few") return { instMid, settled, open, kind };
    const { ladder, comparison, expected } = fit;
    const wait = expected && { wait: waitText(expected.waitMs), heldOutShare: expected.heldOutShare };
    return { instMid, settled, open, kind, ladder: ladderText(ladder), comparison, expected: wait ?? null };
  });
}

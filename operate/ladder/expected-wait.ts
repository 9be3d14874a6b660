import { ageOfShare, estimateAges, likelyFinalBy, minuteMs } from "./age-distribution.ts";
import { holdOut, parts } from "./held-out.ts";
import type { SettleAge } from "./settle-age.ts";

const expectedShare = 0.9;
/** What is told to partners must hold for 87 to 93 of 100. */
const within = 0.03;

/** By when nine in ten were final, in ms, and the share of held-out refunds that were. */
export type ExpectedWait = { readonly waitMs: number; readonly heldOutShare: number };

/**
 * The age by which nine in ten refunds are final. Each part of the refunds is held out once, and shows what the others say. If that
 * holds for nine in ten of all, all of them together say it best. Undefined if it does not hold.
 */
export function expectedWait(ages: readonly SettleAge[]): ExpectedWait | undefined {
  let finals = 0;
  for (let part = 0; part < parts; part++) {
    const { heldOut, others } = holdOut(ages, part);
    const waitMs = ageOfShare(estimateAges(others), expectedShare);
    if (waitMs === undefined) return undefined;
    const among = estimateAges(heldOut);
    finals += heldOut.reduce((sum, age) => sum + likelyFinalBy(among, age, waitMs), 0);
  }
  const heldOutShare = finals / ages.length;
  const best = ageOfShare(estimateAges(ages), expectedShare);
  if (best === undefined || Math.abs(heldOutShare - expectedShare) > within) return undefined;
  return { waitMs: roundedWait(best), heldOutShare };
}

/** To three digits of minutes, because more would pretend to be known. */
function roundedWait(waitMs: number): number {
  return Math.max(1, Number((waitMs / minuteMs).toPrecision(3))) * minuteMs;
}

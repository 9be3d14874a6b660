import { type Ladder, totalMs } from "../../shared/refund/recheck-ladder.ts";
import { type AgeDistribution, horizon, minuteMs } from "./age-distribution.ts";
import { costsOf, minutesOfStep } from "./ladder-cost.ts";

/** The steps that a chosen ladder is made of, in minutes: round ones, so that people can read it. The longest is half a day. */
const stepMinutes = [
  1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120, 150, 180, 240, 300, 360, 480, 600, 720,
] as const;
const steps = stepMinutes.map((minutes) => ({ ms: minutes * minuteMs, minutes: minutesOfStep(minutes * minuteMs) }));
const longest = Math.max(...stepMinutes) * minuteMs;
const halvings = 30;

/**
 * The ladder that finds ends soonest on average, with no more questions a refund than `questions`. It lasts at least as long as
 * `atLeast`, because a refund must not come to people sooner than before.
 */
export function chooseLadder(ages: AgeDistribution, questions: number, atLeast: Ladder): Ladder {
  const tableOf = sumsOf(ages);
  // What a question is worth, in minutes of a refund's delay. The dearer it is, the fewer are put.
  let [cheap, dear] = [1e-4, 1e6];
  for (let i = 0; i < halvings; i++) {
    const price = Math.sqrt(cheap * dear);
    const ladder = bestLadder(tableOf, price, atLeast);
    if (costsOf(ages, ladder).ofAll().questions <= questions) dear = price;
    else cheap = price;
  }
  return bestLadder(tableOf, dear, atLeast);
}

type Sums = { readonly finalBy: Float64Array; readonly sumOfFinalBy: Float64Array };

function sumsOf({ finalBy }: AgeDistribution): Sums {
  const sumOfFinalBy = new Float64Array(finalBy.length);
  for (let i = 1; i < finalBy.length; i++) {
    sumOfFinalBy[i] = (sumOfFinalBy[i - 1] ?? 0) + ((finalBy[i - 1] ?? 0) + (finalBy[i] ?? 0)) / 2;
  }
  return { finalBy, sumOfFinalBy };
}

/** Dynamic programming from the last minute back: what is best from a check on does not depend on the checks before it. */
function bestLadder({ finalBy, sumOfFinalBy }: Sums, price: number, atLeast: Ladder): Ladder {
  const last = Math.min(horizon, Math.ceil(totalMs(atLeast) / minuteMs));
  const best = new Float64Array(last + 1);
  const chosen = new Int32Array(last + 1);
  for (let from = last - 1; from >= 0; from--) {
    const known = finalBy[from] ?? 0;
    let least = Number.POSITIVE_INFINITY;
    for (const [i, { minutes }] of steps.entries()) {
      const to = Math.min(from + minutes, horizon);
      const delay = (sumOfFinalBy[to] ?? 0) - (sumOfFinalBy[from] ?? 0) - known * (to - from);
      const cost = delay + price * (1 - known) + (best[Math.min(to, last)] ?? 0);
      if (cost < least) {
        least = cost;
        chosen[from] = i;
      }
    }
    best[from] = least;
  }
  const ladder: number[] = [];
  for (let minute = 0; minute < last; ) {
    const step = steps[chosen[minute] ?? 0];
    if (step === undefined) break;
    ladder.push(step.ms);
    minute += step.minutes;
  }
  while (totalMs(ladder) < totalMs(atLeast)) ladder.push(longest);
  return ladder;
}

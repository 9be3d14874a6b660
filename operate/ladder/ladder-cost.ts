import type { Ladder } from "../../shared/refund/recheck-ladder.ts";
import { type AgeDistribution, horizon, minuteMs, shareFinalBy } from "./age-distribution.ts";
import type { SettleAge } from "./settle-age.ts";

/** What a ladder costs and gives for a refund: questions, the first one included, and how much later its end is known, in ms. */
export type LadderCost = { readonly questions: number; readonly delayMs: number };

const reviewMinutes = 24 * 60;
/** A step is shortened by 5 to 15 %, and the sweep of the next minute makes the check. */
const meanShortening = 0.9;
const halfASweep = 0.5;

/** How many minutes pass on average between two checks that a step lies between. */
export function minutesOfStep(stepMs: number): number {
  return Math.max(1, Math.round((stepMs / minuteMs) * meanShortening + halfASweep));
}

/** The ages at which refunds on a ladder are checked, in minutes, from 0 to the first check behind the horizon. */
export function checkMinutes(ladder: Ladder): number[] {
  const minutes = [0];
  for (let minute = 0, rung = 0; minute <= horizon; rung++) {
    const stepMs = ladder[rung];
    minute += stepMs === undefined ? reviewMinutes : minutesOfStep(stepMs);
    minutes.push(minute);
  }
  return minutes;
}

/**
 * Costs of one ladder where ages are spread so: of all refunds, and of one of which an interval is known. A refund that does not
 * become final within the horizon costs questions and has no delay.
 */
export function costsOf(ages: AgeDistribution, ladder: Ladder) {
  const checks = checkMinutes(ladder);
  const questions = new Float64Array(horizon + 1);
  const delay = new Float64Array(horizon + 1);
  for (let minute = 1, next = 1; minute <= horizon; minute++) {
    while ((checks[next] ?? Number.POSITIVE_INFINITY) < minute) next++;
    const ended = (ages.finalBy[minute] ?? 0) - (ages.finalBy[minute - 1] ?? 0);
    questions[minute] = (questions[minute - 1] ?? 0) + ended * (next + 1);
    delay[minute] = (delay[minute - 1] ?? 0) + ended * ((checks[next] ?? minute) - minute + 0.5);
  }
  const neverEnding = 1 - (ages.finalBy[horizon] ?? 0);

  function of({ afterMs, byMs }: SettleAge): LadderCost {
    const [from, to] = [between(questions, delay, afterMs), between(questions, delay, byMs)];
    const rest = byMs === Number.POSITIVE_INFINITY ? neverEnding : 0;
    const whole = shareFinalBy(ages, byMs) - shareFinalBy(ages, afterMs) + rest;
    if (whole <= 0) return { questions: checks.length, delayMs: 0 };
    return {
      questions: (to.questions - from.questions + rest * checks.length) / whole,
      delayMs: ((to.delay - from.delay) * minuteMs) / whole,
    };
  }
  return { of, ofAll: () => of({ afterMs: 0, byMs: Number.POSITIVE_INFINITY }) };
}

function between(questions: Float64Array, delay: Float64Array, ageMs: number) {
  const minute = Math.min(ageMs / minuteMs, horizon);
  const [low, part] = [Math.floor(minute), minute % 1];
  const at = (sums: Float64Array) => (sums[low] ?? 0) * (1 - part) + (sums[Math.ceil(minute)] ?? 0) * part;
  return { questions: at(questions), delay: at(delay) };
}

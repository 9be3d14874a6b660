import type { SettleAge } from "./settle-age.ts";

export const minuteMs = 60_000;
/** The longest age that is told apart, in minutes: 30 days, when the service gives a refund up to people. */
export const horizon = 30 * 24 * 60;

/** Ages at which refunds become final, by the minute. */
export type AgeDistribution = {
  /** The share of refunds that are final by each minute from 0 to the horizon. */
  readonly finalBy: Float64Array;
};

/** Each class of ages is this much longer than the one before. */
const growth = 1.15;
const iterations = 150;
/** So many refunds' worth of ages that are spread evenly over all classes, so that no age seems impossible. */
const priorRefunds = 1;

/** The bounds of the classes of ages, in minutes. The last class is what lies behind the horizon. */
const bounds = (() => {
  const list = [0];
  for (let bound = 1; bound < horizon; bound = Math.max(bound + 1, Math.round(bound * growth))) list.push(bound);
  return [...list, horizon];
})();
const classes = bounds.length;

/**
 * Estimates by the EM algorithm how refunds are spread over classes of ages, where of each only an interval is known (Turnbull
 * 1976). Each round shares every refund out over the classes of its interval, as the last round had them, and then
 * smooths a little (Silverman and others 1990), because intervals of hours would leave peaks of minutes. It is the same for the same ages.
 */
export function estimateAges(ages: readonly SettleAge[]): AgeDistribution {
  const overlaps = ages.map(overlapOf);
  let weights = new Float64Array(classes).fill(1 / classes);
  for (let i = 0; i < iterations; i++) {
    const shared = new Float64Array(classes).fill(priorRefunds / classes);
    for (const { first, parts } of overlaps) {
      let sum = 0;
      parts.forEach((part, k) => {
        sum += part * (weights[first + k] ?? 0);
      });
      if (sum === 0) continue;
      parts.forEach((part, k) => {
        shared[first + k] = (shared[first + k] ?? 0) + (part * (weights[first + k] ?? 0)) / sum;
      });
    }
    weights = smoothed(shared.map((refunds) => refunds / (ages.length + priorRefunds)));
  }
  return { finalBy: byMinute(weights) };
}

/** Which classes an interval meets, from the first on, and how much of each. */
function overlapOf({ afterMs, byMs }: SettleAge): { first: number; parts: number[] } {
  const from = Math.min(afterMs / minuteMs, horizon);
  const to = Math.max(byMs / minuteMs, from + 1e-3);
  const first = bounds.findLastIndex((bound) => bound <= from);
  const parts: number[] = [];
  for (let k = first; k < classes; k++) {
    const [low, high] = [bounds[k] ?? 0, bounds[k + 1] ?? Number.POSITIVE_INFINITY];
    if (low >= to) break;
    parts.push(high === Number.POSITIVE_INFINITY ? 1 : (Math.min(high, to) - Math.max(low, from)) / (high - low));
  }
  return { first, parts };
}

/** A tenth of each class moves to either neighbour; the class behind the horizon is left alone. */
function smoothed(weights: Float64Array): Float64Array<ArrayBuffer> {
  const last = classes - 2;
  return Float64Array.from(weights, (weight, k) => {
    if (k > last) return weight;
    const [before, after] = [weights[Math.max(k - 1, 0)] ?? 0, weights[Math.min(k + 1, last)] ?? 0];
    return 0.8 * weight + 0.1 * before + 0.1 * after;
  });
}

/** Within a class, refunds are spread evenly. */
function byMinute(weights: Float64Array): Float64Array {
  const finalBy = new Float64Array(horizon + 1);
  let sum = 0;
  for (let k = 0; k + 1 < classes; k++) {
    const [low, high, weight] = [bounds[k] ?? 0, bounds[k + 1] ?? 0, weights[k] ?? 0];
    for (let minute = low; minute <= high; minute++) {
      finalBy[minute] = sum + (weight * (minute - low)) / (high - low);
    }
    sum += weight;
  }
  return finalBy;
}

/** The share of refunds that are final by an age, in ms. */
export function shareFinalBy({ finalBy }: AgeDistribution, ageMs: number): number {
  const minute = Math.min(ageMs / minuteMs, horizon);
  const [low, high] = [finalBy[Math.floor(minute)] ?? 0, finalBy[Math.ceil(minute)] ?? 0];
  return low + (high - low) * (minute % 1);
}

/** The age in ms by which a share of refunds are final; undefined where it is not within the horizon. */
export function ageOfShare({ finalBy }: AgeDistribution, share: number): number | undefined {
  const minute = finalBy.findIndex((sum) => sum >= share);
  return minute === -1 ? undefined : minute * minuteMs;
}

/** The share of a refund's interval that lies before an age (ms): how likely it was final by then. */
export function likelyFinalBy(ages: AgeDistribution, { afterMs, byMs }: SettleAge, ageMs: number): number {
  if (byMs <= ageMs) return 1;
  if (afterMs >= ageMs) return 0;
  const before = shareFinalBy(ages, afterMs);
  const whole = (byMs === Number.POSITIVE_INFINITY ? 1 : shareFinalBy(ages, byMs)) - before;
  return whole <= 0 ? 0 : (shareFinalBy(ages, ageMs) - before) / whole;
}

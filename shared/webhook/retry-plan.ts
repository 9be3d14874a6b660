const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** The waits after the first failed try, the second, and so on. They add up to a little over three days. */
export const retryWaitsMs = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
] as const;

/** Each wait is so much shorter or longer at most, so that deliveries that failed together do not come again together. */
const jitter = 0.2;

/**
 * When a delivery is tried again (epoch ms), after `attempts` tries that have all failed, the last one at `now`. Undefined
 * when the plan is spent: the delivery is dead. A receiver that asked for a longer wait gets it (`retryAfterMs`).
 */
export function retryAt(
  attempts: number,
  now: number,
  random: () => number,
  retryAfterMs: number | undefined,
): number | undefined {
  const waitMs = retryWaitsMs[attempts - 1];
  if (waitMs === undefined) return undefined;
  const jitteredMs = Math.round(waitMs * (1 - jitter + 2 * jitter * random()));
  return now + Math.max(jitteredMs, retryAfterMs ?? 0);
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** Our credentials are mended by people, and then every refund is waiting. */
export const blockedRetryMs = 30 * minuteMs;

/** Longest wait between quick retries on the first day; with the jitter of the longest step it stays within that step. */
export const maxQuickRetryMs = 30 * minuteMs;
/** After a day without an answer, retries become rarer: each waits a 48th of the time that it has lasted. */
const shareOfStall = 48;

/**
 * The wait after a check without an answer, when there has been none for `stalledMs`: 1, 5 and 25 minutes, then 30 minutes,
 * then a 48th of the time. The refund is found out at most that much later than the outage ends.
 */
export function quickRetryMs(stalledMs: number): number {
  return Math.max(Math.min(minuteMs + 4 * stalledMs, maxQuickRetryMs), stalledMs / shareOfStall);
}

/** The wait after a refusal that asking again cannot mend, when it has lasted for `stalledMs`: 1 h, doubling up to a day. */
export function refusedRetryMs(stalledMs: number): number {
  return Math.min(Math.max(stalledMs, hourMs), dayMs);
}

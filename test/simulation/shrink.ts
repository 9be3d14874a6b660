import type { HistoryOptions, HistoryResult } from "./history.ts";

type Run = (options: HistoryOptions) => Promise<HistoryResult>;

/** So many histories are tried at most. */
const maxTries = 60;

/**
 * The smallest history found that still breaks the same rule: fewer refunds, fewer days, fewer kinds of faults, a lower rate.
 * Any change makes another history of the same seed, so that this is a search and no calculation.
 */
export async function shrink(
  options: HistoryOptions,
  failed: HistoryResult,
  run: Run,
  onSmaller: (found: HistoryOptions) => void,
) {
  const rule = failed.violations[0]?.rule;
  let smallest = { options: { ...options, only: failed.kinds }, result: failed };
  let tries = 0;

  async function isSmaller(smaller: HistoryOptions): Promise<boolean> {
    if (tries++ >= maxTries) return false;
    const result = await run(smaller);
    if (result.violations[0]?.rule !== rule) return false;
    smallest = { options: { ...smaller, only: smaller.only ?? [] }, result };
    onSmaller(smaller);
    return true;
  }

  for (let isShrinking = true; isShrinking; ) {
    isShrinking = false;
    for (const part of [0.25, 0.5, 0.8]) {
      const { refunds, days } = smallest.options;
      const fewer = Math.max(1, Math.floor(refunds * part));
      if (fewer < refunds && (await isSmaller({ ...smallest.options, refunds: fewer }))) isShrinking = true;
      const shorter = Math.max(1, Math.floor(days * part));
      if (shorter < days && (await isSmaller({ ...smallest.options, days: shorter }))) isShrinking = true;
    }
    for (const kind of smallest.options.only) {
      const only = smallest.options.only.filter((other) => other !== kind);
      if (await isSmaller({ ...smallest.options, only })) isShrinking = true;
    }
    const { faults } = smallest.options;
    if (faults > 0.01 && (await isSmaller({ ...smallest.options, faults: faults / 2 }))) isShrinking = true;
  }
  return smallest;
}

import type { Found } from "./follow-refund.ts";

/** Delays in ms, and questions a refund. */
export type DelayStats = {
  readonly questions: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** The share of refunds that no question found out. */
  readonly unfound: number;
};

export function delayStats(found: readonly Found[]): DelayStats {
  const delays = Float64Array.from(found, ({ delayMs }) => delayMs).sort();
  const quantile = (share: number) => delays[Math.ceil(share * delays.length) - 1] ?? 0;
  const mean = (of: (one: Found) => number) => found.reduce((sum, one) => sum + of(one), 0) / found.length;
  return {
    questions: mean(({ questions }) => questions),
    mean: mean(({ delayMs }) => delayMs),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    max: quantile(1),
    unfound: mean(({ isFound }) => (isFound ? 0 : 1)),
  };
}

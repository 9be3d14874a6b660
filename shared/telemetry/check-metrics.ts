import type { Check } from "../refund/check.ts";
import type { Reading } from "../refund/reading.ts";
import { isFinal, type Refund } from "../refund/refund.ts";
import { metricNames } from "./metric-names.ts";
import type { Metric } from "./metrics.ts";

/** One check, and the refund before and after it, as far as metrics go. */
export type MeasuredCheck = { readonly check: Check; readonly before?: Refund | undefined; readonly after: Refund };

/** Values of one metric that a single log line may carry. */
const maxValues = 100;

/** Gathers checks one by one, keeping numbers alone, and gives the metrics of all of them. */
export function createCheckMetrics() {
  const counts = new Map<string, number>();
  const latencies: number[] = [];
  const attempts: number[] = [];
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);

  return {
    add({ check, before, after }: MeasuredCheck): void {
      const { reading } = check;
      count(metricNames.checks);
      if (reading.kind === "blocked") count(metricNames.blocked);
      if (reading.kind === "mismatch") count(metricNames.mismatches);
      if (reading.kind === "unclear" && reading.cause === "unfamiliar") count(metricNames.unfamiliar);
      if (reading.kind === "blocked" && reading.by === "credentials") count(metricNames.credentialsRefused);
      if (isUpstreamFailure(reading)) count(metricNames.upstreamFailures);
      if (check.upstreamMsgId !== undefined) latencies.push(check.latencyMs);
      if (isFinal(after.state)) attempts.push(after.attempts);
      if (after.state === "needs_review" && before?.state === "pending") count(metricNames.needsReview);
    },
    metrics: (): Metric[] => [
      ...Array.from(counts, ([name, value]): Metric => ({ name, value })),
      ...distribution({ name: metricNames.upstreamLatency, unit: "Milliseconds" }, latencies),
      ...distribution({ name: metricNames.attemptsToSettle }, attempts),
    ],
  };
}

function isUpstreamFailure(reading: Reading): boolean {
  return reading.kind === "unclear" && ["timeout", "unreachable", "gateway", "unreadable"].includes(reading.cause);
}

/** All values, or as many as a line may carry, taken evenly over the sorted whole so that its percentiles stay. */
function distribution(metric: Omit<Metric, "value">, all: readonly number[]): Metric[] {
  if (all.length === 0) return [];
  if (all.length <= maxValues) return [{ ...metric, value: all }];
  const sorted = all.toSorted((a, b) => a - b);
  const step = (sorted.length - 1) / (maxValues - 1);
  const value = Array.from({ length: maxValues }, (_, i) => sorted[Math.round(i * step)] ?? 0);
  return [{ ...metric, value }];
}

import { metricNames } from "../../shared/telemetry/metric-names.ts";
import type { Metric } from "../../shared/telemetry/metrics.ts";
import type { SweepSummary } from "./recheck-due.ts";

/** The metrics of one sweep besides those of its checks; what is counted is reported only where there was any. */
export function sweepMetrics(summary: SweepSummary): Metric[] {
  const metrics: Metric[] = [
    { name: metricNames.sweeps, value: 1 },
    { name: metricNames.recheckLag, unit: "Milliseconds", value: summary.maxLagMs },
  ];
  if (summary.stillPending > 0) {
    const value = Math.round(summary.oldestPendingMs / 1000);
    metrics.push({ name: metricNames.oldestPendingAge, unit: "Seconds", value });
  }
  return metrics;
}

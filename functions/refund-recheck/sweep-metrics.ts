import { countMetrics, type Metric } from "../../shared/telemetry/metrics.ts";
import type { SweepCounts } from "./sweep-counts.ts";

/** What a sweep reports besides its checks. The age is left out where nothing stays pending, because there is none. */
export function sweepMetrics(counts: SweepCounts): Metric[] {
  const age: Metric = { name: "OldestPendingAge", value: Math.round(counts.oldestPendingMs / 1000) };
  return [
    ...countMetrics({
      Sweeps: 1,
      UnreadableRecords: counts.unreadable,
      CheckFailures: counts.failed,
      Contradictions: counts.contradicted,
    }),
    { name: "RecheckLag", value: counts.maxLagMs },
    ...(counts.stillPending > 0 ? [age] : []),
  ];
}

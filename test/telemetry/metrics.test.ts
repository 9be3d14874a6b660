import { expect, test } from "vitest";
import { newSweepCounts } from "../../functions/refund-recheck/sweep-counts.ts";
import { sweepMetrics } from "../../functions/refund-recheck/sweep-metrics.ts";
import { metricUnits } from "../../shared/telemetry/metric-names.ts";
import { countMetrics, embeddedMetrics, type Metric } from "../../shared/telemetry/metrics.ts";

test("metrics are reported with their table's unit, and counts without one", () => {
  const metrics: Metric[] = [
    { name: "Checks", value: 2 },
    { name: "UpstreamLatency", value: [7, 9] },
    { name: "OldestPendingAge", value: 90 },
  ];
  expect(JSON.parse(JSON.stringify(embeddedMetrics("test", 1_000, metrics)))).toEqual({
    _aws: {
      Timestamp: 1_000,
      CloudWatchMetrics: [
        {
          Namespace: "RefundStatus",
          Dimensions: [["Stage"]],
          Metrics: [
            { Name: "Checks" },
            { Name: "UpstreamLatency", Unit: "Milliseconds" },
            { Name: "OldestPendingAge", Unit: "Seconds" },
          ],
        },
      ],
    },
    Stage: "test",
    Checks: 2,
    UpstreamLatency: [7, 9],
    OldestPendingAge: 90,
  });
});

test("a line without metrics has nothing of them", () => {
  expect(embeddedMetrics("test", 1_000, [])).toEqual({});
});

test("a metric without a row in the table does not compile", () => {
  // @ts-expect-error Looks is no metric
  const metric: Metric = { name: "Looks", value: 1 };
  // @ts-expect-error a time is not a count
  countMetrics({ RecheckLag: 1 });
  expect(metricUnits).not.toHaveProperty(metric.name);
});

test("counts above zero become metrics", () => {
  expect(countMetrics({ UnreadableRecords: 2, CheckFailures: 0 })).toEqual([{ name: "UnreadableRecords", value: 2 }]);
  expect(countMetrics({})).toEqual([]);
});

test("a sweep that finds nothing reports that it ended on time", () => {
  expect(sweepMetrics(newSweepCounts())).toEqual([
    { name: "Sweeps", value: 1 },
    { name: "RecheckLag", value: 0 },
  ]);
});

test("a sweep reports what it could not read or check, its lag, and the age of what stays pending", () => {
  const counts = {
    ...newSweepCounts(),
    unreadable: 2,
    failed: 3,
    stillPending: 1,
    maxLagMs: 1_234,
    oldestPendingMs: 89_600,
  };
  expect(sweepMetrics(counts)).toEqual([
    { name: "Sweeps", value: 1 },
    { name: "UnreadableRecords", value: 2 },
    { name: "CheckFailures", value: 3 },
    { name: "RecheckLag", value: 1_234 },
    { name: "OldestPendingAge", value: 90 },
  ]);
});

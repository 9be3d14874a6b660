import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { type MetricName, metricNamespace } from "../../shared/telemetry/metric-names.ts";
import type { Bucket, ServiceMetrics, Telemetry } from "./service-metrics.ts";

const hourMs = 3_600_000;
const hours = 24;
/** GetMetricData is paid for by metric, so a page that is loaded again every few seconds does not ask each time. */
const keptMs = 60_000;

/** The statistics of the service's metrics that the pages show, by their ids in the query. */
const statistics = {
  checks: ["Checks", "Sum"],
  settled: ["AttemptsToSettle", "SampleCount"],
  medianMs: ["UpstreamLatency", "p50"],
  p95Ms: ["UpstreamLatency", "p95"],
  failures: ["UpstreamFailures", "Sum"],
  blocked: ["ChecksBlocked", "Sum"],
  mismatches: ["Mismatches", "Sum"],
  unfamiliar: ["Unfamiliar", "Sum"],
  rejected: ["RejectedRequests", "Sum"],
  overShare: ["OverShareRequests", "Sum"],
} as const satisfies Record<string, readonly [MetricName, string]>;
type Statistic = keyof typeof statistics;

/** Figures of the last day, hour by hour, out of CloudWatch. */
export function createCloudWatchTelemetry(client: CloudWatchClient, stage: string): Pick<Telemetry, "readMetrics"> {
  let kept: { readonly at: number; readonly metrics: Promise<ServiceMetrics | undefined> } | undefined;

  async function read(now: number): Promise<ServiceMetrics | undefined> {
    const last = now - (now % hourMs);
    const first = last - (hours - 1) * hourMs;
    const { MetricDataResults = [] } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(first),
        EndTime: new Date(last + hourMs),
        MetricDataQueries: (Object.keys(statistics) as Statistic[]).map((id) => queryOf(id, stage)),
      }),
    );
    const values = new Map<string, number>();
    for (const { Id, Timestamps = [], Values = [] } of MetricDataResults) {
      for (const [i, at] of Timestamps.entries()) values.set(`${Id} ${at.getTime()}`, Values[i] ?? 0);
    }
    const buckets = Array.from({ length: hours }, (_, i): Bucket => {
      const at = first + i * hourMs;
      const value = (id: Statistic) => values.get(`${id.toLowerCase()} ${at}`);
      const [checks = 0, settled = 0] = [value("checks"), value("settled")];
      return { at, checks, settled, medianMs: value("medianMs"), p95Ms: value("p95Ms") };
    });
    const sum = (id: Statistic) =>
      buckets.reduce((all, { at }) => all + (values.get(`${id.toLowerCase()} ${at}`) ?? 0), 0);
    return {
      bucketMs: hourMs,
      buckets,
      kinds: {
        settled: sum("settled"),
        failures: sum("failures"),
        blocked: sum("blocked"),
        mismatches: sum("mismatches"),
        unfamiliar: sum("unfamiliar"),
      },
      refused: { rejected: sum("rejected"), overShare: sum("overShare") },
    };
  }

  return {
    // Without the right to read metrics, all the rest of the overview is still there.
    async readMetrics(now) {
      if (kept === undefined || now - kept.at > keptMs) kept = { at: now, metrics: read(now).catch(() => undefined) };
      return await kept.metrics;
    },
  };
}

function queryOf(id: Statistic, stage: string): MetricDataQuery {
  const [MetricName, Stat] = statistics[id];
  const Dimensions = [{ Name: "Stage", Value: stage }];
  const Metric = { Namespace: metricNamespace, MetricName, Dimensions };
  return { Id: id.toLowerCase(), MetricStat: { Metric, Stat, Period: hourMs / 1_000 } };
}

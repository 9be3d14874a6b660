import { metricNamespace } from "./metric-names.ts";

export type MetricUnit = "Milliseconds" | "Seconds";
export type Metric = {
  readonly name: string;
  /** Absent where a thing is counted. */
  readonly unit?: MetricUnit;
  /** One value, or up to 100 of them. */
  readonly value: number | readonly number[];
};

/**
 * The members that make a log line also report metrics, with the stage as their one dimension; nothing for no metrics.
 * Source: CloudWatch embedded metric format specification.
 */
export function embeddedMetrics(stage: string, now: number, metrics: readonly Metric[]): Record<string, unknown> {
  if (metrics.length === 0) return {};
  const definitions = metrics.map(({ name, unit }) => ({ Name: name, Unit: unit }));
  const members: Record<string, unknown> = {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [{ Namespace: metricNamespace, Dimensions: [["Stage"]], Metrics: definitions }],
    },
    Stage: stage,
  };
  for (const { name, value } of metrics) members[name] = value;
  return members;
}

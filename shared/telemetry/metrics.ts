import { type MetricIn, type MetricName, metricNamespace, metricUnits } from "./metric-names.ts";

export type Metric = {
  readonly name: MetricName;
  /** In the unit of the metric's row in the table: one value, or up to 100 of them. */
  readonly value: number | readonly number[];
};

/** The metrics of some counts. A count of zero is left out, because an absent sum and a sum of zero are the same. */
export function countMetrics(counts: Partial<Record<MetricIn<"Count">, number>>): Metric[] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, value]): Metric => ({ name: name as MetricName, value }));
}

/** Values of one metric that a single log line may carry. Source: CloudWatch embedded metric format specification. */
const maxValues = 100;

/** All values, or as many as a line may carry, taken evenly over the sorted whole so that its percentiles stay. */
export function distribution(name: MetricName, all: readonly number[]): Metric[] {
  if (all.length === 0) return [];
  if (all.length <= maxValues) return [{ name, value: all }];
  const sorted = all.toSorted((a, b) => a - b);
  const step = (sorted.length - 1) / (maxValues - 1);
  const value = Array.from({ length: maxValues }, (_, i) => sorted[Math.round(i * step)] ?? 0);
  return [{ name, value }];
}

/**
 * The members that make a log line also report metrics, with the stage as their one dimension; nothing for no metrics.
 * Source: CloudWatch embedded metric format specification.
 */
export function embeddedMetrics(stage: string, now: number, metrics: readonly Metric[]): Record<string, unknown> {
  if (metrics.length === 0) return {};
  const definitions = metrics.map(({ name }) => ({ Name: name, Unit: reportedUnit(name) }));
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

/** Counts are reported without a unit, because every byte of a line is paid for and CloudWatch adds them up all the same. */
function reportedUnit(name: MetricName): string | undefined {
  const unit = metricUnits[name];
  return unit === "Count" ? undefined : unit;
}

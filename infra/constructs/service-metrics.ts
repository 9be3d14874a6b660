import { Duration } from "aws-cdk-lib";
import { MathExpression, Metric, type MetricOptions, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { type MetricIn, type MetricName, metricNamespace, metricUnits } from "../../shared/telemetry/metric-names.ts";

/** One of the metrics that the functions report about this deployment. */
export function serviceMetric(stage: string, name: MetricName, options: MetricOptions = {}): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName: name,
    dimensionsMap: { Stage: stage },
    statistic: Stats.SUM,
    period: Duration.minutes(5),
    ...options,
  });
}

/** A time in the unit in which the metric is reported, so that a threshold and its metric cannot differ. */
export function inUnitOf(name: MetricIn<"Milliseconds" | "Seconds">, time: Duration): number {
  const unit = metricUnits[name];
  switch (unit) {
    case "Milliseconds":
      return time.toMilliseconds();
    case "Seconds":
      return time.toSeconds();
  }
}

/** A title with the unit in which the metric is reported. */
export function titleOf(title: string, name: MetricName): string {
  const suffix = { Count: "", Milliseconds: ", ms", Seconds: ", s" }[metricUnits[name]];
  return title + suffix;
}

/** The share of checks that got no readable answer, in percent; no value while nothing is checked. */
export function failureRate(stage: string): MathExpression {
  return new MathExpression({
    expression: "100 * failures / checks",
    usingMetrics: {
      failures: serviceMetric(stage, "UpstreamFailures"),
      checks: serviceMetric(stage, "Checks"),
    },
    label: "Checks without a readable answer, %",
    period: Duration.minutes(5),
  });
}

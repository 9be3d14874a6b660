import { Duration } from "aws-cdk-lib";
import { MathExpression, Metric, type MetricOptions, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { metricNames, metricNamespace } from "../../shared/telemetry/metric-names.ts";

/** One of the metrics that the functions report about this deployment. */
export function serviceMetric(stage: string, name: keyof typeof metricNames, options: MetricOptions = {}): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName: metricNames[name],
    dimensionsMap: { Stage: stage },
    statistic: Stats.SUM,
    period: Duration.minutes(5),
    ...options,
  });
}

/** The part of checks ChinaUMS that got no readable answer, in percent; nothing while nobody checks. */
export function failureRate(stage: string): MathExpression {
  return new MathExpression({
    expression: "100 * failures / checks",
    usingMetrics: {
      failures: serviceMetric(stage, "upstreamFailures"),
      checks: serviceMetric(stage, "checks"),
    },
    label: "Checks without a readable answer, %",
    period: Duration.minutes(5),
  });
}

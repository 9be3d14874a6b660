import { Duration } from "aws-cdk-lib";
import { MathExpression, Metric, type MetricOptions, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { metricNames, metricNamespace } from "../../shared/metric-names.ts";

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

/** The part of looks at ChinaUMS that got no readable answer, in percent; nothing while nobody looks. */
export function failureRate(stage: string): MathExpression {
  return new MathExpression({
    expression: "100 * failures / looks",
    usingMetrics: {
      failures: serviceMetric(stage, "upstreamFailures"),
      looks: serviceMetric(stage, "looks"),
    },
    label: "Looks without a readable answer, %",
    period: Duration.minutes(5),
  });
}

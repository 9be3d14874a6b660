import { Duration } from "aws-cdk-lib";
import { MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import type { MetricIn } from "../../shared/telemetry/metric-names.ts";
import type { AlarmEntry, Watched } from "./alarm-catalogue.ts";
import { serviceMetric } from "./service-metrics.ts";

/** Fewer requests in 5 minutes say nothing by their shares. */
const enoughRequests = 20;

/** Alarms about what partners get. A fault is answered by the function itself, so Lambda counts no error. */
export function requestAlarms({ stage, api }: Watched): AlarmEntry[] {
  const period = Duration.minutes(5);
  const requests = api.api.metricCount({ period });
  const share = (name: MetricIn<"Count">, least = 1) =>
    new MathExpression({
      expression: `IF(requests >= ${least}, 100 * FILL(faults, 0) / requests, 0)`,
      usingMetrics: { requests, faults: serviceMetric(stage, name) },
      label: `${name}, % of requests`,
      period,
    });
  return [
    {
      id: "InternalFaults",
      heading: "Requests fail by our fault",
      hurt: "A partner got 500, because something in this service is broken.",
      endsRollout: true,
      metric: serviceMetric(stage, "InternalFaults"),
      threshold: 1,
      evaluationPeriods: 1,
    },
    {
      id: "Unavailable",
      heading: "Requests cannot be answered for now",
      hurt: "Partners got 503 for at least a quarter of 10 minutes' requests, because the table or the secrets are out of reach.",
      endsRollout: true,
      metric: share("UnavailableFaults"),
      // An outage of a minute is at most a fifth of each of two periods.
      threshold: 25,
      evaluationPeriods: 2,
    },
    {
      id: "OftenUnavailable",
      heading: "Requests cannot be answered for now",
      hurt: "For half an hour at least one request in a hundred got 503, so partners retry all the time.",
      metric: share("UnavailableFaults"),
      threshold: 1,
      evaluationPeriods: 6,
    },
    {
      id: "Rejected",
      heading: "Many requests are rejected",
      hurt: "For 15 minutes half of all requests were rejected, so a partner's program is wrong or somebody guesses keys.",
      metric: share("RejectedRequests", enoughRequests),
      threshold: 50,
      evaluationPeriods: 3,
    },
    {
      id: "Throttled",
      heading: "Requests are throttled",
      hurt: "For 15 minutes partners got 429, because all of them together send more than the endpoint takes.",
      metric: api.throttled.with({ period }),
      threshold: 1,
      evaluationPeriods: 3,
    },
    {
      id: "OverShare",
      heading: "A partner sends more than its share",
      hurt: "For 15 minutes a partner got 429, because it sends more requests than its share.",
      metric: serviceMetric(stage, "OverShareRequests"),
      threshold: 1,
      evaluationPeriods: 3,
    },
  ];
}

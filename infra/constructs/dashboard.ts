import { Duration } from "aws-cdk-lib";
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  SingleValueWidget,
  Stats,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import type { Alarms } from "./alarms.ts";
import type { PartnerApi } from "./partner-api.ts";
import type { ServiceFunction } from "./service-function.ts";
import { failureRate, serviceMetric } from "./service-metrics.ts";

type DashboardProps = {
  readonly settings: Pick<Settings, "stage">;
  readonly api: PartnerApi;
  readonly refundQuery: ServiceFunction<Record<string, string>>;
  readonly refundRecheck: ServiceFunction<Record<string, string>>;
  readonly alarms: Alarms;
};

/** One page that tells, from the top: is anybody hurt, what do partners see, how is ChinaUMS, do rechecks keep up. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { settings, api, refundQuery, refundRecheck, alarms }: DashboardProps) {
    super(scope, id);
    const { stage } = settings;
    const max = { statistic: Stats.MAXIMUM };
    const p99 = { statistic: Stats.percentile(99) };
    new CloudWatchDashboard(this, "Dashboard", {
      dashboardName: `refund-status-${stage}`,
      defaultInterval: Duration.hours(12),
      widgets: [
        [new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms.all], width: 24, height: 3 })],
        [
          graph("Partners' questions", api.api.metricCount(), api.api.metricClientError(), api.api.metricServerError()),
          graph("Time to answer, ms", api.api.metricLatency({ statistic: Stats.p(50) }), api.api.metricLatency(p99)),
          graph("Functions", ...health(refundQuery), ...health(refundRecheck)),
        ],
        [
          graph("Checks ChinaUMS", serviceMetric(stage, "checks"), serviceMetric(stage, "upstreamFailures")),
          graph("Checks without a readable answer, %", failureRate(stage)),
          graph(
            "ChinaUMS's time to answer, ms",
            serviceMetric(stage, "upstreamLatency", { statistic: Stats.p(50) }),
            serviceMetric(stage, "upstreamLatency", p99),
          ),
        ],
        [
          graph("Recheck lag, ms", serviceMetric(stage, "recheckLag", max)),
          graph("Age of the oldest open refund, s", serviceMetric(stage, "oldestPendingAge", max)),
          graph("Sweeps", serviceMetric(stage, "sweeps")),
        ],
        [
          new SingleValueWidget({
            title: "For a person to check",
            width: 24,
            height: 4,
            setPeriodToTimeRange: true,
            metrics: [
              serviceMetric(stage, "needsReview"),
              serviceMetric(stage, "mismatches"),
              serviceMetric(stage, "blocked"),
              serviceMetric(stage, "unfamiliar"),
            ],
          }),
        ],
      ],
    });
  }
}

function graph(title: string, ...left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, leftYAxis: { min: 0 } });
}

function health({ lambda, node }: ServiceFunction<Record<string, string>>): IMetric[] {
  return [
    lambda.metricErrors({ label: `${node.id} errors` }),
    lambda.metricThrottles({ label: `${node.id} throttles` }),
  ];
}

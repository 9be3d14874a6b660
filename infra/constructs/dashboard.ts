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
import type { RefundTable } from "./refund-table.ts";
import type { ServiceFunction } from "./service-function.ts";
import { failureRate, serviceMetric, titleOf } from "./service-metrics.ts";

type DashboardProps = {
  readonly settings: Pick<Settings, "stage">;
  readonly api: PartnerApi;
  readonly functions: readonly ServiceFunction[];
  readonly refunds: RefundTable;
  readonly alarms: Alarms;
};

/** One page. From the top: who is hurt, what partners see, how ChinaUMS does, and whether rechecks and telling keep up. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { settings, api, functions, refunds, alarms }: DashboardProps) {
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
          graph("Functions", ...functions.flatMap(health)),
        ],
        [
          graph(
            "Faults that partners got",
            serviceMetric(stage, "InternalFaults"),
            serviceMetric(stage, "UnavailableFaults"),
            serviceMetric(stage, "UpstreamFaults"),
          ),
          graph(
            "Rejected and throttled requests",
            serviceMetric(stage, "RejectedRequests"),
            serviceMetric(stage, "OverShareRequests"),
            api.throttled,
          ),
          graph("Reads and writes that DynamoDB refused", refunds.throttles()),
        ],
        [
          graph("Checks", serviceMetric(stage, "Checks"), serviceMetric(stage, "UpstreamFailures")),
          graph("Checks without a readable answer, %", failureRate(stage)),
          graph(
            titleOf("ChinaUMS's time to answer", "UpstreamLatency"),
            serviceMetric(stage, "UpstreamLatency", { statistic: Stats.p(50) }),
            serviceMetric(stage, "UpstreamLatency", p99),
          ),
        ],
        [
          graph(titleOf("Recheck lag", "RecheckLag"), serviceMetric(stage, "RecheckLag", max)),
          graph(
            titleOf("Age of the oldest open refund", "OldestPendingAge"),
            serviceMetric(stage, "OldestPendingAge", max),
          ),
          graph(
            "Sweeps, and answers to the probe",
            serviceMetric(stage, "Sweeps"),
            serviceMetric(stage, "Probes"),
            serviceMetric(stage, "CheckFailures"),
          ),
        ],
        [
          graph(titleOf("Age of the oldest untold event", "UntoldAge"), serviceMetric(stage, "UntoldAge", max)),
          graph(
            titleOf("From the outcome to the first try", "FirstTryDelay"),
            serviceMetric(stage, "FirstTryDelay", { statistic: Stats.p(50) }),
            serviceMetric(stage, "FirstTryDelay", p99),
          ),
          graph(
            "Events and sweeps for them",
            serviceMetric(stage, "Events"),
            serviceMetric(stage, "TellSweeps"),
            serviceMetric(stage, "TellFailures"),
          ),
        ],
        [
          graph("Webhooks", serviceMetric(stage, "WebhookTries"), serviceMetric(stage, "WebhookFailures")),
          graph(
            titleOf("Age of the oldest undelivered event", "UndeliveredAge"),
            serviceMetric(stage, "UndeliveredAge", max),
          ),
          graph("Given up by webhook", serviceMetric(stage, "DeadDeliveries"), serviceMetric(stage, "WebhooksEnded")),
        ],
        [
          singleValues(
            "For a person to look into",
            serviceMetric(stage, "NeedsReview"),
            serviceMetric(stage, "Mismatches"),
            serviceMetric(stage, "Contradictions"),
            serviceMetric(stage, "UnreadableRecords"),
            serviceMetric(stage, "ChecksBlocked"),
            serviceMetric(stage, "CredentialsRefused"),
            serviceMetric(stage, "Unfamiliar"),
          ),
        ],
      ],
    });
  }
}

function graph(title: string, ...left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, leftYAxis: { min: 0 } });
}

/** Each metric's sum over the time range that the dashboard shows. */
function singleValues(title: string, ...metrics: IMetric[]): SingleValueWidget {
  return new SingleValueWidget({ title, metrics, width: 24, height: 4, setPeriodToTimeRange: true });
}

function health({ lambda, node }: ServiceFunction): IMetric[] {
  return [
    lambda.metricErrors({ label: `${node.id} errors` }),
    lambda.metricThrottles({ label: `${node.id} throttles` }),
  ];
}

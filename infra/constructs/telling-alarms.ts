import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmEntry, Watched } from "./alarm-catalogue.ts";
import { inUnitOf, serviceMetric } from "./service-metrics.ts";

const { LESS_THAN_THRESHOLD, GREATER_THAN_THRESHOLD } = ComparisonOperator;

/**
 * Alarms about what partners do not hear. The age of the stream's records is not watched: records older than a minute are given
 * up, which the dead letters tell, and the sweep tells what they were about.
 */
export function tellingAlarms({ stage, refunds }: Watched): AlarmEntry[] {
  const once = { threshold: 1, evaluationPeriods: 1 };
  return [
    {
      id: "UntoldAge",
      heading: "Partners are not told",
      hurt: "Partners have waited more than 5 minutes for the event of a refund that is final, or that needs review.",
      metric: serviceMetric(stage, "UntoldAge", { statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
      threshold: inUnitOf("UntoldAge", Duration.minutes(5)),
      comparisonOperator: GREATER_THAN_THRESHOLD,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
    },
    {
      id: "NoTellSweeps",
      heading: "The schedule of telling does not run",
      hurt: "What the stream misses is not told, and no partner gets a webhook that has failed before.",
      metric: serviceMetric(stage, "TellSweeps"),
      // Five in 5 minutes, taken ones included, and one or two fewer at the edges.
      threshold: 2.5,
      comparisonOperator: LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
    },
    {
      id: "TellFailures",
      heading: "Telling of refunds fails",
      endsRollout: true,
      hurt: "Some partners are not told of their refunds, because events or deliveries cannot be written.",
      metric: serviceMetric(stage, "TellFailures"),
      threshold: 1,
      // What failed is told by the next minute's sweep, so only failures that go on are worth waking somebody.
      evaluationPeriods: 3,
    },
    {
      id: "UndeliveredAge",
      heading: "A webhook fails for hours",
      hurt: "A partner has not got an event by its webhook for more than 2 hours; its feed has the event.",
      metric: serviceMetric(stage, "UndeliveredAge", { statistic: Stats.MAXIMUM, period: Duration.hours(1) }),
      threshold: inUnitOf("UndeliveredAge", Duration.hours(2)),
      comparisonOperator: GREATER_THAN_THRESHOLD,
      // Late tries of a delivery are up to a day apart, so one hour in 24 must be enough.
      evaluationPeriods: 24,
      datapointsToAlarm: 1,
    },
    {
      id: "WebhooksEnded",
      heading: "A webhook was ended",
      hurt: "A partner gets nothing more by its webhook, because it answered 410 or failed for 5 days.",
      metric: serviceMetric(stage, "WebhooksEnded"),
      ...once,
    },
    {
      id: "DeadDeliveries",
      heading: "Deliveries were given up",
      hurt: "A partner's webhook never got some events, and they are not tried again by themselves; its feed has them.",
      metric: serviceMetric(stage, "DeadDeliveries"),
      ...once,
    },
    ...(refunds.streamArn === undefined ? [] : [lateFirstTries(stage)]),
  ];
}

/** Without a stream the schedule alone tells, and every first try is late. */
function lateFirstTries(stage: string): AlarmEntry {
  return {
    id: "LateFirstTries",
    heading: "Webhooks come late",
    hurt: "For 15 minutes half of the webhooks left more than 30 s late, so partners hear by the schedule only.",
    metric: serviceMetric(stage, "FirstTryDelay", { statistic: Stats.p(50) }),
    threshold: inUnitOf("FirstTryDelay", Duration.seconds(30)),
    comparisonOperator: GREATER_THAN_THRESHOLD,
    evaluationPeriods: 3,
  };
}

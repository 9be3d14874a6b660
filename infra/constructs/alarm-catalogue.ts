import { Duration } from "aws-cdk-lib";
import { type AlarmProps, ComparisonOperator, type IMetric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { DeadLetters } from "./dead-letters.ts";
import type { Egress } from "./egress.ts";
import { functionAlarms } from "./function-alarms.ts";
import type { PartnerApi } from "./partner-api.ts";
import { probeAlarms } from "./probe-alarms.ts";
import type { RefundTable } from "./refund-table.ts";
import { requestAlarms } from "./request-alarms.ts";
import { resourceAlarms } from "./resource-alarms.ts";
import type { ServiceFunction } from "./service-function.ts";
import { failureRate, inUnitOf, serviceMetric } from "./service-metrics.ts";
import { tellingAlarms } from "./telling-alarms.ts";

export type Watched = {
  readonly stage: string;
  /** Groups of shards, each of which has a sweep every minute. */
  readonly groups: number;
  readonly hasProbe: boolean;
  readonly api: PartnerApi;
  readonly refundQuery: ServiceFunction;
  readonly refundRecheck: ServiceFunction;
  readonly refundTell: ServiceFunction;
  readonly refundFeed: ServiceFunction;
  readonly refunds: RefundTable;
  readonly egress: Egress;
  readonly deadLetters: DeadLetters;
};

export type AlarmEntry = {
  readonly id: string;
  /** The heading of its part of docs/runbook.md. */
  readonly heading: string;
  /** Who is hurt, and how. */
  readonly hurt: string;
  readonly metric: IMetric;
  /** True if it may be the fault of a new version, which is then taken back. */
  readonly endsRollout?: true;
} & Pick<AlarmProps, "threshold" | "evaluationPeriods"> &
  Partial<Pick<AlarmProps, "comparisonOperator" | "datapointsToAlarm" | "treatMissingData">>;

const { LESS_THAN_THRESHOLD, GREATER_THAN_THRESHOLD } = ComparisonOperator;

/** Every alarm. It begins at or above its threshold, and without data it is quiet, unless its entry says otherwise. */
export function alarmCatalogue(watched: Watched): AlarmEntry[] {
  const { stage, groups, api, deadLetters } = watched;
  const once = { threshold: 1, evaluationPeriods: 1 };
  return [
    {
      id: "OldRefund",
      heading: "A refund stays open too long",
      hurt: "A customer has waited more than 5 days, longer than a bank takes, and the refund is still not final.",
      metric: serviceMetric(stage, "OldestPendingAge", { statistic: Stats.MAXIMUM, period: Duration.hours(1) }),
      threshold: inUnitOf("OldestPendingAge", Duration.days(5)),
      comparisonOperator: GREATER_THAN_THRESHOLD,
      // A refund late on its ladder is checked only twice a day, so one hour in 24 must be enough.
      evaluationPeriods: 24,
      datapointsToAlarm: 1,
    },
    {
      id: "RecheckLag",
      heading: "Rechecks run late",
      hurt: "Partners learn every outcome more than 5 minutes late.",
      metric: serviceMetric(stage, "RecheckLag", { statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
      threshold: inUnitOf("RecheckLag", Duration.minutes(5)),
      comparisonOperator: GREATER_THAN_THRESHOLD,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
    },
    {
      id: "NoSweeps",
      heading: "The schedule does not run",
      hurt: "The refunds of a group of shards, or all, are not checked, so partners learn outcomes only by asking again.",
      metric: serviceMetric(stage, "Sweeps"),
      // Five of each group in 5 minutes, taken ones included. Without one group five are missing, and at the edges one or two.
      threshold: 5 * groups - 2.5,
      comparisonOperator: LESS_THAN_THRESHOLD,
      // A sweep of a long backlog is counted when it ends, up to 5 minutes later.
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
    },
    {
      id: "CredentialsRefused",
      heading: "ChinaUMS refuses us",
      hurt: "No partner gets an answer: ChinaUMS refuses our key, our address or our clock.",
      metric: serviceMetric(stage, "CredentialsRefused"),
      ...once,
    },
    {
      id: "UpstreamFailing",
      heading: "ChinaUMS does not answer",
      hurt: "Partners get 502 and 504, because at least half of 10 minutes' checks got no readable answer.",
      metric: failureRate(stage),
      threshold: 50,
      evaluationPeriods: 2,
    },
    {
      id: "Mismatch",
      heading: "An answer is about another refund",
      hurt: "A refund stays open, because ChinaUMS answers the question about it with the data of another refund.",
      metric: serviceMetric(stage, "Mismatches"),
      ...once,
    },
    {
      id: "NeedsReview",
      heading: "A refund needs a person",
      hurt: "A customer's refund is still not final after every planned check, so a person must ask ChinaUMS.",
      metric: serviceMetric(stage, "NeedsReview"),
      ...once,
    },
    {
      id: "Unfamiliar",
      heading: "An answer has an unfamiliar word",
      hurt: "A refund stays open, because ChinaUMS answered with a code or a word that this project does not know.",
      metric: serviceMetric(stage, "Unfamiliar"),
      ...once,
    },
    {
      id: "Contradiction",
      heading: "ChinaUMS contradicts a final refund",
      endsRollout: true,
      hurt: "A partner may have been told a wrong outcome: ChinaUMS now says otherwise about a final refund.",
      metric: serviceMetric(stage, "Contradictions"),
      ...once,
    },
    {
      id: "UnreadableRecord",
      heading: "A record cannot be read",
      endsRollout: true,
      hurt: "A refund is no longer checked and its partner gets 503, because its record cannot be read.",
      metric: serviceMetric(stage, "UnreadableRecords"),
      ...once,
    },
    {
      id: "CheckFailures",
      heading: "Checks of refunds fail",
      endsRollout: true,
      hurt: "Some refunds stay open, because their checks cannot be made or written down.",
      metric: serviceMetric(stage, "CheckFailures"),
      threshold: 1,
      // A failed check is made again within minutes, so only failures that go on are worth waking somebody.
      evaluationPeriods: 3,
    },
    {
      id: "DeadLetter",
      heading: "A sweep was given up",
      hurt: "The refunds of some shards were not checked for a minute or more, or their partners were told a minute late.",
      metric: deadLetters.queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
      ...once,
    },
    {
      id: "SlowAnswers",
      heading: "Answers are slow",
      hurt: "One partner request in a hundred takes more than 12 s, so partners start to give up.",
      metric: api.api.metricLatency({ statistic: Stats.percentile(99), period: Duration.minutes(5) }),
      // One attempt at ChinaUMS ends after 8 s, so 12 s mean second attempts or waits for a concurrent check.
      threshold: 12_000,
      comparisonOperator: GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
    },
    ...requestAlarms(watched),
    ...tellingAlarms(watched),
    ...functionAlarms(watched),
    ...resourceAlarms(watched),
    ...probeAlarms(watched),
  ];
}

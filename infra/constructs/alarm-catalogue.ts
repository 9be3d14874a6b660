import { Duration } from "aws-cdk-lib";
import { type AlarmProps, ComparisonOperator, type IMetric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { DeadLetters } from "./dead-letters.ts";
import type { PartnerApi } from "./partner-api.ts";
import type { ServiceFunction } from "./service-function.ts";
import { failureRate, serviceMetric } from "./service-metrics.ts";

export type Watched = {
  readonly stage: string;
  readonly api: PartnerApi;
  readonly refundQuery: ServiceFunction<Record<string, string>>;
  readonly refundRecheck: ServiceFunction<Record<string, string>>;
  readonly deadLetters: DeadLetters;
};

export type AlarmEntry = {
  readonly id: string;
  /** The heading of its part of docs/runbook.md. */
  readonly heading: string;
  /** Who is hurt, and how. */
  readonly hurt: string;
  readonly metric: IMetric;
} & Pick<AlarmProps, "threshold" | "evaluationPeriods"> &
  Partial<Pick<AlarmProps, "comparisonOperator" | "datapointsToAlarm" | "treatMissingData">>;

const { LESS_THAN_THRESHOLD, GREATER_THAN_THRESHOLD } = ComparisonOperator;
const daySeconds = 86_400;

/** Every alarm: at or above its threshold unless it says otherwise, and quiet where there is nothing to measure. */
export function alarmCatalogue({ stage, api, refundQuery, refundRecheck, deadLetters }: Watched): AlarmEntry[] {
  const once = { threshold: 1, evaluationPeriods: 1 };
  return [
    {
      id: "OldRefund",
      heading: "A refund stays open too long",
      hurt: "A customer has waited more than 5 days, longer than a bank takes, and nobody knows whether the money comes.",
      metric: serviceMetric(stage, "oldestPendingAge", { statistic: Stats.MAXIMUM, period: Duration.hours(1) }),
      threshold: 5 * daySeconds,
      comparisonOperator: GREATER_THAN_THRESHOLD,
      // Late on its ladder a refund is checked twice a day, so one hour in 24 says it.
      evaluationPeriods: 24,
      datapointsToAlarm: 1,
    },
    {
      id: "RecheckLag",
      heading: "Rechecks run late",
      hurt: "Partners hear of every outcome more than 5 minutes later than promised.",
      metric: serviceMetric(stage, "recheckLag", { statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
      threshold: 5 * 60_000,
      comparisonOperator: GREATER_THAN_THRESHOLD,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
    },
    {
      id: "NoSweeps",
      heading: "The schedule does not run",
      hurt: "No pending refund is checked, and no partner hears of any outcome it does not ask for.",
      metric: serviceMetric(stage, "sweeps"),
      threshold: 1,
      comparisonOperator: LESS_THAN_THRESHOLD,
      // A sweep of a long backlog ends after 5 minutes, so 5 minutes without an end are not yet a fault.
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
    },
    {
      id: "CredentialsRefused",
      heading: "ChinaUMS refuses us",
      hurt: "No partner gets an answer: ChinaUMS refuses our key, our address or our clock.",
      metric: serviceMetric(stage, "credentialsRefused"),
      ...once,
    },
    {
      id: "UpstreamFailing",
      heading: "ChinaUMS does not answer",
      hurt: "Partners get 502 and 504: for 10 minutes at least half of the questions to ChinaUMS got no readable answer.",
      metric: failureRate(stage),
      threshold: 50,
      evaluationPeriods: 2,
    },
    {
      id: "Mismatch",
      heading: "An answer is about another refund",
      hurt: "A customer could be told somebody else's outcome; the refund stays open until a person has checked.",
      metric: serviceMetric(stage, "mismatches"),
      ...once,
    },
    {
      id: "NeedsReview",
      heading: "A refund needs a person",
      hurt: "A customer's refund is not final after every check that was planned, and only a person can find out more.",
      metric: serviceMetric(stage, "needsReview"),
      ...once,
    },
    {
      id: "DeadLetter",
      heading: "A sweep was given up",
      hurt: "Refunds of some shards were not checked for a minute or more; if it goes on, their partners wait for ever.",
      metric: deadLetters.queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
      ...once,
    },
    {
      id: "QueryErrors",
      heading: "refund-query fails",
      hurt: "A partner got 500 or 503 in place of an answer, by a fault of ours.",
      metric: refundQuery.lambda.metricErrors(),
      ...once,
    },
    {
      id: "QueryThrottles",
      heading: "refund-query is throttled",
      hurt: "Partners get 503: the account runs as many functions as it may.",
      metric: refundQuery.lambda.metricThrottles(),
      ...once,
    },
    {
      id: "RecheckErrors",
      heading: "refund-recheck fails",
      hurt: "Refunds of some shards were not checked; the next minute tries again.",
      metric: refundRecheck.lambda.metricErrors(),
      ...once,
    },
    {
      id: "RecheckThrottles",
      heading: "refund-recheck is throttled",
      hurt: "Rechecks run late: the account runs as many functions as it may.",
      metric: refundRecheck.lambda.metricThrottles(),
      ...once,
    },
    {
      id: "SlowAnswers",
      heading: "Answers are slow",
      hurt: "One partner's question in a hundred takes longer than one attempt at ChinaUMS may, and callers start to give up.",
      metric: api.api.metricLatency({ statistic: Stats.percentile(99), period: Duration.minutes(5) }),
      // An attempt ends after 8 s; above 12 s second attempts and waiting for twins have become the rule.
      threshold: 12_000,
      comparisonOperator: GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
    },
  ];
}

/** The namespace of every metric of this service in CloudWatch. Their one dimension is `Stage`. */
export const metricNamespace = "RefundStatus";

/**
 * Every metric that a function may report, with its unit. A metric without a row here does not compile, neither where it is
 * reported nor where an alarm or the dashboard watches it. The meanings are comments, because every bundle holds this table.
 */
export const metricUnits = {
  /** Checks of refunds, whatever ChinaUMS answered. */
  Checks: "Count",
  /** Checks that ChinaUMS refused, for any reason. */
  ChecksBlocked: "Count",
  /** Checks refused because of our key, our address or our clock. */
  CredentialsRefused: "Count",
  /** Answers about another refund than the one asked for. */
  Mismatches: "Count",
  /** Time from a question to ChinaUMS to its answer. */
  UpstreamLatency: "Milliseconds",
  /** Checks without a readable answer: timeout, unreachable, gateway or unreadable. */
  UpstreamFailures: "Count",
  /** Answers with a code or a word that this project does not know. */
  Unfamiliar: "Count",
  /** Refunds whose ladder ended with this check, so that a person must look. */
  NeedsReview: "Count",
  /** Requests that ended in a fault of this service. */
  InternalFaults: "Count",
  /** Requests that could not be answered because a service of AWS was in trouble. */
  UnavailableFaults: "Count",
  /** Requests that could not be answered because ChinaUMS gave no usable answer. */
  UpstreamFaults: "Count",
  /** Requests that were wrong, or not allowed, or came too early. */
  RejectedRequests: "Count",
  /** Requests of a partner that had spent its share. */
  OverShareRequests: "Count",
  /** Checks that one refund took until it was final. */
  AttemptsToSettle: "Count",
  /** Verifications of a final refund in which ChinaUMS said otherwise. */
  Contradictions: "Count",
  /** Stored records that could not be read, counted each time a sweep or a request meets one. */
  UnreadableRecords: "Count",
  /** Checks of a sweep that could not be made or written down. */
  CheckFailures: "Count",
  /** The longest that a refund of a sweep waited after it was due. */
  RecheckLag: "Milliseconds",
  /** Time since a sweep's oldest pending refund was first asked about. */
  OldestPendingAge: "Seconds",
  /** Events written, one for each partner that is told of a refund. */
  Events: "Count",
  /** Posts to partners' webhooks. */
  WebhookTries: "Count",
  /** Posts to partners' webhooks that were not answered with 2xx in time. */
  WebhookFailures: "Count",
  /** Deliveries that are not tried again by themselves. */
  DeadDeliveries: "Count",
  /** Webhooks that get nothing more, after a 410 or five days of failure. */
  WebhooksEnded: "Count",
  /** Refunds and deliveries that could not be told or written down. */
  TellFailures: "Count",
  /** The longest that partners have waited for the event of a refund. */
  UntoldAge: "Milliseconds",
  /** Age of the oldest event that a webhook was tried with in vain. */
  UndeliveredAge: "Milliseconds",
  /** Time from a change of state to the first try of its webhook. */
  FirstTryDelay: "Milliseconds",
  /** Sweeps for what is left to be told, whatever they found. */
  TellSweeps: "Count",
  /** Requests of the probe that were answered as they must be. */
  Probes: "Count",
  /** Sweeps that ended, whatever they found. */
  Sweeps: "Count",
} as const satisfies Record<string, "Count" | "Milliseconds" | "Seconds">;

export type MetricName = keyof typeof metricUnits;
export type MetricUnit = (typeof metricUnits)[MetricName];
/** The metrics of one unit, such as those that are times. */
export type MetricIn<Unit extends MetricUnit> = {
  [Name in MetricName]: (typeof metricUnits)[Name] extends Unit ? Name : never;
}[MetricName];

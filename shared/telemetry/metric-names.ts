/** The namespace of every metric of this service in CloudWatch. Their one dimension is `Stage`. */
export const metricNamespace = "RefundStatus";

/**
 * Every metric that a function may report, with its unit. A metric without a row here does not compile, neither where it is
 * reported nor where an alarm or the dashboard watches it. The meanings are comments, because every bundle holds this table.
 */
export const metricTable = {
  /** Checks of refunds, whatever ChinaUMS answered. */
  Checks: { unit: "Count" },
  /** Checks that ChinaUMS refused, for any reason. */
  ChecksBlocked: { unit: "Count" },
  /** Checks refused because of our key, our address or our clock. */
  CredentialsRefused: { unit: "Count" },
  /** Answers about another refund than the one asked for. */
  Mismatches: { unit: "Count" },
  /** Time from a question to ChinaUMS to its answer. */
  UpstreamLatency: { unit: "Milliseconds" },
  /** Checks without a readable answer: timeout, unreachable, gateway or unreadable. */
  UpstreamFailures: { unit: "Count" },
  /** Answers with a code or a word that this project does not know. */
  Unfamiliar: { unit: "Count" },
  /** Refunds whose ladder ended with this check, so that a person must look. */
  NeedsReview: { unit: "Count" },
  /** Requests that ended in a fault of this service. */
  InternalFaults: { unit: "Count" },
  /** Requests that could not be answered because a service of AWS was in trouble. */
  UnavailableFaults: { unit: "Count" },
  /** Requests that could not be answered because ChinaUMS gave no usable answer. */
  UpstreamFaults: { unit: "Count" },
  /** Requests that were wrong, or not allowed, or came too early. */
  RejectedRequests: { unit: "Count" },
  /** Requests of a partner that had spent its share. */
  OverShareRequests: { unit: "Count" },
  /** Checks that one refund took until it was final. */
  AttemptsToSettle: { unit: "Count" },
  /** Verifications of a final refund in which ChinaUMS said otherwise. */
  Contradictions: { unit: "Count" },
  /** Stored records that could not be read, counted each time a sweep or a request meets one. */
  UnreadableRecords: { unit: "Count" },
  /** Checks of a sweep that could not be made or written down. */
  CheckFailures: { unit: "Count" },
  /** The longest that a refund of a sweep waited after it was due. */
  RecheckLag: { unit: "Milliseconds" },
  /** Time since a sweep's oldest pending refund was first asked about. */
  OldestPendingAge: { unit: "Seconds" },
  /** Events written, one for each partner that is told of a refund. */
  Events: { unit: "Count" },
  /** Posts to partners' webhooks. */
  WebhookTries: { unit: "Count" },
  /** Posts to partners' webhooks that were not answered with 2xx in time. */
  WebhookFailures: { unit: "Count" },
  /** Deliveries that are not tried again by themselves. */
  DeadDeliveries: { unit: "Count" },
  /** Webhooks that get nothing more, after a 410 or five days of failure. */
  WebhooksEnded: { unit: "Count" },
  /** Refunds and deliveries that could not be told or written down. */
  TellFailures: { unit: "Count" },
  /** The longest that partners have waited for the event of a refund. */
  UntoldAge: { unit: "Milliseconds" },
  /** Age of the oldest event that a webhook was tried with in vain. */
  UndeliveredAge: { unit: "Milliseconds" },
  /** Time from a change of state to the first try of its webhook. */
  FirstTryDelay: { unit: "Milliseconds" },
  /** Sweeps for what is left to be told, whatever they found. */
  TellSweeps: { unit: "Count" },
  /** Requests of the probe that were answered as they must be. */
  Probes: { unit: "Count" },
  /** Sweeps that ended, whatever they found. */
  Sweeps: { unit: "Count" },
} as const satisfies Record<string, { unit: "Count" | "Milliseconds" | "Seconds" }>;

export type MetricName = keyof typeof metricTable;
export type MetricUnit = (typeof metricTable)[MetricName]["unit"];
/** The metrics of one unit, such as those that are times. */
export type MetricIn<Unit extends MetricUnit> = {
  [Name in MetricName]: (typeof metricTable)[Name]["unit"] extends Unit ? Name : never;
}[MetricName];

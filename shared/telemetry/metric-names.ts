/** The namespace of every metric of this service in CloudWatch. Their one dimension is `Stage`. */
export const metricNamespace = "RefundStatus";

/**
 * Every metric that a function may report: its unit and its meaning. A metric without a row here does not compile, neither
 * where it is reported nor where an alarm or the dashboard watches it.
 */
export const metricTable = {
  Checks: { unit: "Count", meaning: "Checks of refunds, whatever ChinaUMS answered." },
  ChecksBlocked: { unit: "Count", meaning: "Checks that ChinaUMS refused, for any reason." },
  CredentialsRefused: { unit: "Count", meaning: "Checks refused because of our key, our address or our clock." },
  Mismatches: { unit: "Count", meaning: "Answers about another refund than the one asked for." },
  UpstreamLatency: { unit: "Milliseconds", meaning: "Time from a question to ChinaUMS to its answer." },
  UpstreamFailures: {
    unit: "Count",
    meaning: "Checks without a readable answer: timeout, unreachable, gateway or unreadable.",
  },
  Unfamiliar: { unit: "Count", meaning: "Answers with a code or a word that this project does not know." },
  NeedsReview: { unit: "Count", meaning: "Refunds whose ladder ended with this check, so that a person must look." },
  InternalFaults: { unit: "Count", meaning: "Requests that ended in a fault of this service." },
  UnavailableFaults: {
    unit: "Count",
    meaning: "Requests that could not be answered because a service of AWS was in trouble.",
  },
  UpstreamFaults: {
    unit: "Count",
    meaning: "Requests that could not be answered because ChinaUMS gave no usable answer.",
  },
  RejectedRequests: { unit: "Count", meaning: "Requests that were wrong, or not allowed, or came too early." },
  OverShareRequests: { unit: "Count", meaning: "Requests of a partner that had spent its share." },
  AttemptsToSettle: { unit: "Count", meaning: "Checks that one refund took until it was final." },
  Contradictions: { unit: "Count", meaning: "Verifications of a final refund in which ChinaUMS said otherwise." },
  UnreadableRecords: {
    unit: "Count",
    meaning: "Stored records that could not be read, counted each time a sweep or a request meets one.",
  },
  CheckFailures: { unit: "Count", meaning: "Checks of a sweep that could not be made or written down." },
  RecheckLag: { unit: "Milliseconds", meaning: "The longest that a refund of a sweep waited after it was due." },
  OldestPendingAge: { unit: "Seconds", meaning: "Time since a sweep's oldest pending refund was first asked about." },
  Events: { unit: "Count", meaning: "Events written, one for each partner that is told of a refund." },
  WebhookTries: { unit: "Count", meaning: "Posts to partners' webhooks." },
  WebhookFailures: { unit: "Count", meaning: "Posts to partners' webhooks that were not answered with 2xx in time." },
  DeadDeliveries: { unit: "Count", meaning: "Deliveries that are not tried again by themselves." },
  WebhooksEnded: { unit: "Count", meaning: "Webhooks that get nothing more, after a 410 or five days of failure." },
  TellFailures: { unit: "Count", meaning: "Refunds and deliveries that could not be told or written down." },
  UntoldAge: { unit: "Milliseconds", meaning: "The longest that partners have waited for the event of a refund." },
  UndeliveredAge: { unit: "Milliseconds", meaning: "Age of the oldest event that a webhook was tried with in vain." },
  FirstTryDelay: { unit: "Milliseconds", meaning: "Time from a change of state to the first try of its webhook." },
  TellSweeps: { unit: "Count", meaning: "Sweeps for what is left to be told, whatever they found." },
  Probes: { unit: "Count", meaning: "Requests of the probe that were answered as they must be." },
  Sweeps: { unit: "Count", meaning: "Sweeps that ended, whatever they found." },
} as const satisfies Record<string, { unit: "Count" | "Milliseconds" | "Seconds"; meaning: string }>;

export type MetricName = keyof typeof metricTable;
export type MetricUnit = (typeof metricTable)[MetricName]["unit"];
/** The metrics of one unit, such as those that are times. */
export type MetricIn<Unit extends MetricUnit> = {
  [Name in MetricName]: (typeof metricTable)[Name]["unit"] extends Unit ? Name : never;
}[MetricName];

/** The metrics that the functions report and the alarms watch. The one dimension of all of them is `Stage`. */
export const metricNamespace = "RefundStatus";

export const metricNames = {
  /** Checks refunds. Of their readings those are counted that somebody may have to do something about. */
  checks: "Checks",
  /** Checks that ChinaUMS refused, for whatever reason. */
  blocked: "ChecksBlocked",
  /** Answers about another refund than the one asked for. */
  mismatches: "Mismatches",
  /** Checks that ChinaUMS refused for what concerns every refund alike: our key, our address or our clock. */
  credentialsRefused: "CredentialsRefused",
  /** ms from asking ChinaUMS to its answer. */
  upstreamLatency: "UpstreamLatency",
  /** Checks that got no answer that could be read: timeout, unreachable, gateway trouble, unreadable. */
  upstreamFailures: "UpstreamFailures",
  /** Answers with a code or word that this project does not know. */
  unfamiliar: "Unfamiliar",
  /** Refunds whose ladder was spent and that a person has to check. */
  needsReview: "NeedsReview",
  /** Checks that a refund took until it was final. */
  attemptsToSettle: "AttemptsToSettle",
  /** ms by which the latest check of a sweep came after it was due. */
  recheckLag: "RecheckLag",
  /** s since the oldest refund that a sweep left pending was first seen. */
  oldestPendingAge: "OldestPendingAge",
  /** Sweeps that ended, whatever they found. */
  sweeps: "Sweeps",
} as const;

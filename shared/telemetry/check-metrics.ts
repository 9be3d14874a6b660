import type { Check } from "../refund/check.ts";
import type { BlockedBy, Reading, UnclearCause } from "../refund/reading.ts";
import { isFinal, type Refund } from "../refund/refund.ts";
import type { MetricIn } from "./metric-names.ts";
import { countMetrics, distribution, type Metric } from "./metrics.ts";

/** One check, and the refund before and after it, as far as metrics go. */
export type MeasuredCheck = {
  readonly check: Check;
  readonly before?: Refund | undefined;
  readonly after: Refund;
  /** False where another writer came first, which then counts what it has written. */
  readonly written?: boolean;
};

type CountName = MetricIn<"Count">;

/** What is counted of a check that ChinaUMS refused, besides that it was one. */
const blockedCounts = {
  credentials: ["ChecksBlocked", "CredentialsRefused"],
  configuration: ["ChecksBlocked"],
  request: ["ChecksBlocked"],
} as const satisfies Record<BlockedBy, readonly CountName[]>;

/** What is counted of an unclear answer. Only those count as failures of ChinaUMS that could not be read at all. */
const unclearCounts = {
  timeout: ["UpstreamFailures"],
  unreachable: ["UpstreamFailures"],
  gateway: ["UpstreamFailures"],
  unreadable: ["UpstreamFailures"],
  unfamiliar: ["Unfamiliar"],
  transient: [],
  locked: [],
  unknown: [],
} as const satisfies Record<UnclearCause, readonly CountName[]>;

/** Gathers checks one by one, keeping numbers alone, and gives the metrics of all of them. */
export function createCheckMetrics() {
  const counts: Partial<Record<CountName, number>> = {};
  const latencies: number[] = [];
  const attempts: number[] = [];
  const count = (name: CountName) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };

  return {
    add({ check, before, after, written = true }: MeasuredCheck): void {
      count("Checks");
      for (const name of countsOf(check.reading)) count(name);
      if (check.upstreamMsgId !== undefined) latencies.push(check.latencyMs);
      if (isFinal(after.state)) attempts.push(after.attempts);
      if (written && after.state === "needs_review" && before?.state === "pending") count("NeedsReview");
    },
    metrics: (): Metric[] => [
      ...countMetrics(counts),
      ...distribution("UpstreamLatency", latencies),
      ...distribution("AttemptsToSettle", attempts),
    ],
  };
}

function countsOf(reading: Reading): readonly CountName[] {
  switch (reading.kind) {
    case "blocked":
      return blockedCounts[reading.by];
    case "mismatch":
      return ["Mismatches"];
    case "unclear":
      return unclearCounts[reading.cause];
    case "settled":
    case "processing":
    case "not_found":
      return [];
  }
}

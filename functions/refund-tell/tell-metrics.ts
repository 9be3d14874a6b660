import { countMetrics, type Metric } from "../../shared/telemetry/metrics.ts";
import type { TellCounts } from "./tell-counts.ts";

/** Values of one metric that a single log line may carry. Source: CloudWatch embedded metric format specification. */
const maxValues = 100;

/** What an invocation reports. `isSweep` is true for one of the schedule, which alone knows how far telling is behind. */
export function tellMetrics(counts: TellCounts, isSweep: boolean): Metric[] {
  const metrics = countMetrics({
    Events: counts.events,
    WebhookTries: counts.tries,
    WebhookFailures: counts.failedTries,
    DeadDeliveries: counts.dead,
    WebhooksEnded: counts.endedWebhooks,
    TellFailures: counts.failed,
    UnreadableRecords: counts.unreadable,
    TellSweeps: isSweep ? 1 : 0,
  });
  if (isSweep) metrics.push({ name: "UntoldAge", value: counts.maxUntoldMs });
  if (counts.maxUndeliveredMs > 0) metrics.push({ name: "UndeliveredAge", value: counts.maxUndeliveredMs });
  const { firstTryAfterMs } = counts;
  if (firstTryAfterMs.length > 0) metrics.push({ name: "FirstTryDelay", value: firstTryAfterMs.slice(0, maxValues) });
  return metrics;
}

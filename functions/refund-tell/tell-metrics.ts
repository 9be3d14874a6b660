import { countMetrics, distribution, type Metric } from "../../shared/telemetry/metrics.ts";
import type { TellCounts } from "./tell-counts.ts";

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
  metrics.push(...distribution("FirstTryDelay", counts.firstTryAfterMs));
  return metrics;
}

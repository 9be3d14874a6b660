import { addRequests, type PartnerActivity } from "./partner-activity.ts";
import type { Bucket, CheckKinds, ServiceMetrics, Telemetry } from "./service-metrics.ts";

/** A person watches a local run for minutes, not for days. */
const bucketMs = 60_000;
const keptBuckets = 60;

type Line = Readonly<Record<string, unknown>>;
type Gathered = { checks: number; settled: number; latencies: number[]; kinds: Record<keyof CheckKinds, number> };

const newBucket = (): Gathered => ({
  checks: 0,
  settled: 0,
  latencies: [],
  kinds: { settled: 0, failures: 0, blocked: 0, mismatches: 0, unfamiliar: 0 },
});

/** Figures out of the log lines of the local run's functions, with the metrics that these carry. */
export function createLogTelemetry(): Telemetry & { readonly add: (line: string) => void } {
  const buckets = new Map<number, Gathered>();
  const activity = new Map<string, PartnerActivity>();

  function gather(line: Line, at: number): void {
    const start = at - (at % bucketMs);
    const bucket = buckets.get(start) ?? newBucket();
    buckets.set(start, bucket);
    for (const old of buckets.keys()) if (old <= start - keptBuckets * bucketMs) buckets.delete(old);
    const attempts = numbersIn(line.AttemptsToSettle).length;
    bucket.checks += sum(line.Checks);
    bucket.settled += attempts;
    bucket.latencies.push(...numbersIn(line.UpstreamLatency));
    bucket.kinds.settled += attempts;
    bucket.kinds.failures += sum(line.UpstreamFailures);
    bucket.kinds.blocked += sum(line.ChecksBlocked);
    bucket.kinds.mismatches += sum(line.Mismatches);
    bucket.kinds.unfamiliar += sum(line.Unfamiliar);
  }

  function noteRequest({ partner, status, errCode, refused }: Line, at: number): void {
    if (typeof partner !== "string" || typeof status !== "number") return;
    addRequests(activity, {
      partner,
      status,
      errCode: textIn(errCode),
      refused: textIn(refused),
      lastSeenAt: at,
      requests: 1,
    });
  }

  return {
    add(text) {
      const line = parsed(text);
      const at = Date.parse(String(line?.timestamp));
      if (line === undefined || Number.isNaN(at)) return;
      gather(line, at);
      noteRequest(line, at);
    },
    readMetrics: async (now) => summary(buckets, now),
    readActivity: () => activity,
    activityQuery: undefined,
  };
}

function summary(gathered: ReadonlyMap<number, Gathered>, now: number): ServiceMetrics {
  const last = now - (now % bucketMs);
  const kinds = newBucket().kinds;
  const buckets = Array.from({ length: keptBuckets }, (_, i): Bucket => {
    const at = last - (keptBuckets - 1 - i) * bucketMs;
    const { checks, settled, latencies, kinds: its } = gathered.get(at) ?? newBucket();
    for (const name of Object.keys(kinds) as (keyof CheckKinds)[]) kinds[name] += its[name];
    return { at, checks, settled, medianMs: quantile(latencies, 0.5), p95Ms: quantile(latencies, 0.95) };
  });
  return { bucketMs, buckets, kinds, refused: undefined };
}

function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numbersIn(value: unknown): number[] {
  return [value].flat().filter((one) => typeof one === "number");
}

function sum(value: unknown): number {
  return numbersIn(value).reduce((all, one) => all + one, 0);
}

function parsed(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}

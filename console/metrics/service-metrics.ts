import type { ActivityQuery } from "./activity-query.ts";
import type { PartnerActivity } from "./partner-activity.ts";

/** What happened in one bucket of time. */
export type Bucket = {
  /** Its beginning, epoch ms. */
  readonly at: number;
  readonly checks: number;
  readonly settled: number;
  /** How long ChinaUMS took, in ms; absent where nothing was asked. */
  readonly medianMs: number | undefined;
  readonly p95Ms: number | undefined;
};

/** Checks by what they told, over all buckets. Those that neither settled nor went wrong are the difference to `checks`. */
export type CheckKinds = {
  readonly settled: number;
  readonly failures: number;
  readonly blocked: number;
  readonly mismatches: number;
  readonly unfamiliar: number;
};

/** What is not in the table but in the log of the local run, or in CloudWatch. */
export type ServiceMetrics = {
  readonly bucketMs: number;
  /** Oldest first, without gaps. */
  readonly buckets: readonly Bucket[];
  readonly kinds: CheckKinds;
  /** Requests of all partners that were refused, over all buckets; undefined where they are known by partner. */
  readonly refused: { readonly rejected: number; readonly overShare: number } | undefined;
};

/** Where the console has such figures from. */
export type Telemetry = {
  readonly readMetrics: (now: number) => Promise<ServiceMetrics | undefined>;
  /** By the partner's id, where the log has been read all the time; else undefined. */
  readonly readActivity: (() => ReadonlyMap<string, PartnerActivity>) | undefined;
  /** Undefined where there is no log to ask. */
  readonly activityQuery: ActivityQuery | undefined;
};

/** A console beside a local run that it did not start has no log to read. */
export const noTelemetry: Telemetry = {
  readMetrics: async () => undefined,
  readActivity: undefined,
  activityQuery: undefined,
};

import { embeddedMetrics, type Metric } from "./metrics.ts";

/**
 * Every field that may be logged. What is not named here cannot get into a log, which is how keys, signatures, card
 * numbers and upstream's own words stay out of it.
 */
const loggable = [
  "requestId",
  "partner",
  "msgId",
  "upstreamMsgId",
  "mid",
  "instMid",
  "merOrderId",
  "status",
  "errCode",
  "refused",
  "wrongFields",
  "reading",
  "code",
  "state",
  "attempts",
  "source",
  "replayed",
  "upstreamLatencyMs",
  "work",
  "durationMs",
  "fault",
  "cause",
  "at",
  "shards",
  "taken",
  "due",
  "checked",
  "settled",
  "stillPending",
  "needsReview",
  "superseded",
  "verified",
  "contradicted",
  "spared",
  "failed",
  "unreadable",
  "byReading",
  "maxLagMs",
  "oldestPendingMs",
  "stoppedByRefusal",
  "outOfTime",
  "refunds",
  "deliveries",
  "events",
  "told",
  "tries",
  "failedTries",
  "putOff",
  "dead",
  "endedWebhooks",
  "maxUntoldMs",
  "maxUndeliveredMs",
] as const;

/** What is counted by name; the names are this project's own words. */
type Counts = Readonly<Record<string, number>>;
export type LogFields = { [Name in (typeof loggable)[number]]?: string | number | boolean | Counts | undefined };
export type LogLevel = "info" | "warn" | "error";

export type Log = (level: LogLevel, event: string, fields: LogFields, metrics?: readonly Metric[]) => void;

const allowed: ReadonlySet<string> = new Set(loggable);
const maxTextLength = 256;

/**
 * One JSON line an event, with the fields of the allow-list that have a value, and the metrics that it reports. `timestamp` and
 * `level` are what Lambda looks for in a line of JSON; without them it would add its own.
 */
export function createLog(options: { stage: string; write: (line: string) => void; now: () => number }): Log {
  const { stage, write, now } = options;
  return (level, event, fields, metrics = []) => {
    const at = now();
    const timestamp = new Date(at).toISOString();
    const said = Object.entries(fields).every(isAllowed) ? fields : shortened(fields);
    write(JSON.stringify({ timestamp, level, event, ...said, ...embeddedMetrics(stage, at, metrics) }));
  };
}

function isAllowed([name, value]: [string, unknown]): boolean {
  return allowed.has(name) && !(typeof value === "string" && value.length > maxTextLength);
}

function shortened(fields: LogFields): LogFields {
  const kept = Object.entries(fields).filter(([name]) => allowed.has(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [name, typeof value === "string" ? value.slice(0, maxTextLength) : value]),
  );
}

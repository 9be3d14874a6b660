import type { Context } from "aws-lambda";
import type { LogFields } from "../telemetry/log.ts";
import type { Metric } from "../telemetry/metrics.ts";

/** What the one line that an invocation logs when it ends has to say so far. */
export type LogLine = {
  readonly startedAt: number;
  event: string;
  readonly fields: LogFields;
  metrics: readonly Metric[];
};

const lines = new WeakMap<Context, LogLine>();

/** Begins the line of an invocation that starts at `startedAt` (epoch ms), under a name that can still be replaced. */
export function beginLogLine(context: Context, startedAt: number, event: string): void {
  lines.set(context, { startedAt, event, fields: {}, metrics: [] });
}

/** The line of this invocation, or undefined when it has not begun. */
export function logLineOf(context: Context): LogLine | undefined {
  return lines.get(context);
}

/** Gives the line of this invocation its name. */
export function nameLogLine(context: Context, event: string): void {
  const line = lines.get(context);
  if (line !== undefined) line.event = event;
}

/** Adds fields to the one line that this invocation logs when it ends. */
export function addLogFields(context: Context, fields: LogFields): void {
  const line = lines.get(context);
  if (line !== undefined) Object.assign(line.fields, fields);
}

/** Adds metrics to the one line that this invocation logs when it ends. */
export function addMetrics(context: Context, metrics: readonly Metric[]): void {
  const line = lines.get(context);
  if (line !== undefined) line.metrics = [...line.metrics, ...metrics];
}

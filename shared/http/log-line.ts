import type { Context } from "aws-lambda";
import type { LogFields } from "../telemetry/log.ts";
import type { Metric } from "../telemetry/metrics.ts";

/** What the one line that an invocation logs when it ends has to say so far. */
export type LogLine = { readonly startedAt: number; readonly fields: LogFields; metrics: readonly Metric[] };

const lines = new WeakMap<Context, LogLine>();

/** Begins the line of an invocation that starts at `startedAt` (epoch ms). */
export function beginLogLine(context: Context, startedAt: number): void {
  lines.set(context, { startedAt, fields: {}, metrics: [] });
}

/** The line of this invocation, or undefined when it has not begun. */
export function logLineOf(context: Context): LogLine | undefined {
  return lines.get(context);
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

import type { MiddlewareObj } from "@middy/core";
import type { Context } from "aws-lambda";
import { faultName, type Log, type LogFields, type LogLevel } from "../telemetry/log.ts";
import type { Metric } from "../telemetry/metrics.ts";
import { Fault, faultRows } from "./fault.ts";
import { type HttpAnswer, problemAnswer } from "./http-answer.ts";

/** What the one line that an invocation logs when it ends has to say so far. */
type Line = { readonly startedAt: number; readonly fields: LogFields; metrics: readonly Metric[] | undefined };

const lines = new WeakMap<Context, Line>();

/** Adds to the one line that this invocation logs when it ends. */
export function tell(context: Context, fields: LogFields): void {
  const line = lines.get(context);
  if (line !== undefined) Object.assign(line.fields, fields);
}

/** Has the line report these metrics as well. */
export function measure(context: Context, metrics: readonly Metric[]): void {
  const line = lines.get(context);
  if (line !== undefined) line.metrics = metrics;
}

/** Turns whatever is thrown into a problem answer, and logs one line an invocation under `event`. */
export function answerFaults(options: {
  event: string;
  log: Log;
  now: () => number;
}): MiddlewareObj<unknown, HttpAnswer, Error, Context> {
  const { event, log, now } = options;

  function end(context: Context, level: LogLevel, fields: LogFields): void {
    const line = lines.get(context);
    const durationMs = line && now() - line.startedAt;
    log(level, event, { ...line?.fields, durationMs, ...fields }, line?.metrics);
  }

  return {
    before: ({ context }) => {
      lines.set(context, { startedAt: now(), fields: {}, metrics: undefined });
    },
    after: ({ context, response }) => {
      end(context, "info", { status: response?.statusCode });
    },
    onError: (request) => {
      const { context, error } = request;
      const fault = error instanceof Fault ? error : new Fault("internal", {}, { cause: error });
      const { level, status, errCode } = faultRows[fault.code];
      const inner = fault.code === "internal" ? faultName(fault.cause) : { fault: fault.code };
      end(context, level, { status, errCode, ...inner });
      const requestId = lines.get(context)?.fields.requestId;
      request.response = problemAnswer(fault, typeof requestId === "string" ? requestId : undefined);
    },
  };
}

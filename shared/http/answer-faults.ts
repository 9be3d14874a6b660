import type { MiddlewareObj } from "@middy/core";
import type { Context } from "aws-lambda";
import { faultFields } from "../telemetry/fault-fields.ts";
import type { Log, LogFields, LogLevel } from "../telemetry/log.ts";
import { countMetrics, type Metric } from "../telemetry/metrics.ts";
import { faultAnswer, statusOf } from "./fault-answer.ts";
import { faultOfError } from "./fault-of-error.ts";
import { faultRows } from "./fault-rows.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { beginLogLine, logLineOf } from "./log-line.ts";

export type AnswerFaultsDeps = {
  /** The name of the line in the log, where nothing names it later. */
  readonly event: string;
  readonly log: Log;
  readonly now: () => number;
};

/** Turns what is thrown into the answer of a fault, and logs one line for each invocation. */
export function answerFaults(deps: AnswerFaultsDeps): MiddlewareObj<unknown, HttpAnswer, Error, Context> {
  const { event, log, now } = deps;

  function end(context: Context, level: LogLevel, fields: LogFields, metrics: readonly Metric[] = []): void {
    const line = logLineOf(context);
    const durationMs = line && now() - line.startedAt;
    log(level, line?.event ?? event, { ...line?.fields, durationMs, ...fields }, [
      ...(line?.metrics ?? []),
      ...metrics,
    ]);
  }

  return {
    before: ({ context }) => beginLogLine(context, now(), event),
    after: ({ context, response }) => end(context, "info", { status: response?.statusCode }),
    onError: (request) => {
      const { context, error } = request;
      const fault = faultOfError(error);
      const { level, errCode, metric } = faultRows[fault.code];
      const said = fault.cause === undefined ? { fault: fault.code } : faultFields(fault.cause);
      end(context, level, { status: statusOf(fault), errCode, ...said }, countMetrics({ [metric]: 1 }));
      const requestId = logLineOf(context)?.fields.requestId;
      request.response = faultAnswer(fault, typeof requestId === "string" ? requestId : undefined, now());
    },
  };
}

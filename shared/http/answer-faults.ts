import type { MiddlewareObj } from "@middy/core";
import type { Context } from "aws-lambda";
import { faultFields } from "../telemetry/fault-fields.ts";
import type { Log, LogFields, LogLevel } from "../telemetry/log.ts";
import { faultOfError } from "./fault-of-error.ts";
import { faultRows } from "./fault-rows.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { beginLogLine, logLineOf } from "./log-line.ts";
import { problemAnswer } from "./problem-answer.ts";

export type AnswerFaultsDeps = {
  /** The name of the line in the log. */
  readonly event: string;
  readonly log: Log;
  readonly now: () => number;
};

/** Turns what is thrown into a problem answer, and logs one line for each invocation under `event`. */
export function answerFaults(deps: AnswerFaultsDeps): MiddlewareObj<unknown, HttpAnswer, Error, Context> {
  const { event, log, now } = deps;

  function end(context: Context, level: LogLevel, fields: LogFields): void {
    const line = logLineOf(context);
    const durationMs = line && now() - line.startedAt;
    log(level, event, { ...line?.fields, durationMs, ...fields }, line?.metrics);
  }

  return {
    before: ({ context }) => beginLogLine(context, now()),
    after: ({ context, response }) => end(context, "info", { status: response?.statusCode }),
    onError: (request) => {
      const { context, error } = request;
      const fault = faultOfError(error);
      const { level, status, errCode } = faultRows[fault.code];
      const said = fault.cause === undefined ? { fault: fault.code } : faultFields(fault.cause);
      end(context, level, { status, errCode, ...said });
      const requestId = logLineOf(context)?.fields.requestId;
      request.response = problemAnswer(fault, typeof requestId === "string" ? requestId : undefined, now());
    },
  };
}

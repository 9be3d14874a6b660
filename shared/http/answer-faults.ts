import type { MiddlewareObj } from "@middy/core";
import type { Context } from "aws-lambda";
import { faultName, type Log, type LogFields } from "../log.ts";
import type { Metric } from "../metrics.ts";
import { Fault, faultRows } from "./fault.ts";
import { type HttpAnswer, problemAnswer } from "./http-answer.ts";

const told = new WeakMap<Context, LogFields>();
const measured = new WeakMap<Context, readonly Metric[]>();

/** Adds to the one line that this invocation logs when it ends. */
export function tell(context: Context, fields: LogFields): void {
  told.set(context, { ...told.get(context), ...fields });
}

/** Has the line report these metrics as well. */
export function measure(context: Context, metrics: readonly Metric[]): void {
  measured.set(context, metrics);
}

/** Turns whatever is thrown into a problem answer, and logs one line an invocation under `event`. */
export function answerFaults(options: {
  event: string;
  log: Log;
  now: () => number;
}): MiddlewareObj<unknown, HttpAnswer, Error, Context> {
  const { event, log, now } = options;
  const startedAt = new WeakMap<Context, number>();
  const fieldsOf = (context: Context): LogFields => ({
    ...told.get(context),
    durationMs: now() - (startedAt.get(context) ?? now()),
  });
  return {
    before: ({ context }) => {
      startedAt.set(context, now());
    },
    after: ({ context, response }) => {
      log("info", event, { ...fieldsOf(context), status: response?.statusCode }, measured.get(context));
    },
    onError: (request) => {
      const { context, error } = request;
      const fault = error instanceof Fault ? error : new Fault("internal", {}, { cause: error });
      const { level, status, errCode } = faultRows[fault.code];
      const inner = fault.code === "internal" ? faultName(fault.cause) : { fault: fault.code };
      const fields = fieldsOf(context);
      log(level, event, { ...fields, status, errCode, ...inner }, measured.get(context));
      request.response = problemAnswer(fault, typeof fields.requestId === "string" ? fields.requestId : undefined);
    },
  };
}

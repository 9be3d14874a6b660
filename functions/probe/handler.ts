import type { Context } from "aws-lambda";
import * as z from "zod/mini";
import { faultFields } from "../../shared/telemetry/fault-fields.ts";
import type { Log } from "../../shared/telemetry/log.ts";
import { countMetrics } from "../../shared/telemetry/metrics.ts";

export type ProbeDeps = {
  /** Asks the public endpoint about the refund of the probe. */
  readonly ask: () => Promise<{ readonly status: number; readonly body: string }>;
  readonly log: Log;
  readonly now: () => number;
};

const answerSchema = z.object({
  errCode: z.optional(z.string()),
  recheck: z.optional(z.object({ final: z.boolean() })),
});

/**
 * Asks the service about a refund that is final, as a partner does, and counts the answers that are right. It never throws,
 * because a failure shows by what is not counted.
 */
export function createProbeHandler({ ask, log, now }: ProbeDeps) {
  return async (_event: unknown, context: Context): Promise<void> => {
    const startedAt = now();
    const requestId = context.awsRequestId;
    try {
      const { status, body } = await ask();
      const { errCode, recheck } = answerSchema.parse(JSON.parse(body));
      const isRight = status === 200 && recheck?.final === true;
      const fault = isRight ? undefined : status === 200 ? "NOT_FINAL" : "REFUSED";
      const fields = { requestId, status, errCode, fault, durationMs: now() - startedAt };
      log(isRight ? "info" : "error", "probe", fields, countMetrics({ Probes: isRight ? 1 : 0 }));
    } catch (error) {
      log("error", "probe", { requestId, durationMs: now() - startedAt, ...faultFields(error) });
    }
  };
}

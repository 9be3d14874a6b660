import type { Context } from "aws-lambda";
import { createCheckMetrics } from "../../shared/telemetry/check-metrics.ts";
import { faultFields } from "../../shared/telemetry/fault-fields.ts";
import type { Log } from "../../shared/telemetry/log.ts";
import { createFaultLog } from "../fault-log.ts";
import { sweepEventSchema } from "../sweep-event.ts";
import type { RecheckDue, SweepSummary } from "./recheck-due.ts";
import { sweepMetrics } from "./sweep-metrics.ts";

export type RefundRecheckDeps = {
  readonly recheckDue: RecheckDue;
  readonly log: Log;
  readonly now: () => number;
};

/**
 * Sweeps the shards of its schedule once and logs one summary line, and one line for each distinct fault.
 * @throws when they could not be swept at all, so that the schedule tries again and its dead-letter queue hears of it
 */
export function createRefundRecheckHandler(deps: RefundRecheckDeps) {
  const { log, now } = deps;
  return async (event: unknown, context: Context): Promise<SweepSummary> => {
    const startedAt = now();
    const requestId = context.awsRequestId;
    try {
      const { shards } = sweepEventSchema.parse(event);
      const checks = createCheckMetrics();
      const faults = createFaultLog(log, "refund_recheck_fault", requestId);
      const endsAt = startedAt + context.getRemainingTimeInMillis();
      const summary = await deps.recheckDue(shards, endsAt, { onRechecked: checks.add, ...faults });
      const fields = { ...summary, requestId, shards: shards.join(","), durationMs: now() - startedAt };
      log(levelOf(summary), "refund_recheck", fields, [...sweepMetrics(summary), ...checks.metrics()]);
      return summary;
    } catch (error) {
      log("error", "refund_recheck", { requestId, durationMs: now() - startedAt, ...faultFields(error) });
      throw error;
    }
  };
}

function levelOf({ stoppedByRefusal, unreadable, contradicted, failed, outOfTime }: SweepSummary) {
  if (stoppedByRefusal || unreadable > 0 || contradicted > 0) return "error";
  return failed > 0 || outOfTime ? "warn" : "info";
}

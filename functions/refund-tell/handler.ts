import type { Context } from "aws-lambda";
import { faultFields } from "../../shared/telemetry/fault-fields.ts";
import type { Log, LogFields } from "../../shared/telemetry/log.ts";
import { createFaultLog } from "../fault-log.ts";
import { sweepEventSchema } from "../sweep-event.ts";
import { isStreamEvent, type ReadStreamDeps, readStreamEvent } from "./stream-records.ts";
import type { createSweepUntold } from "./sweep-untold.ts";
import type { createTellChanges } from "./tell-changes.ts";
import { newTellCounts, type TellRun } from "./tell-counts.ts";
import { tellMetrics } from "./tell-metrics.ts";

export type RefundTellDeps = {
  readonly tellChanges: ReturnType<typeof createTellChanges>;
  readonly sweepUntold: ReturnType<typeof createSweepUntold>;
  readonly stream: ReadStreamDeps;
  readonly log: Log;
  readonly now: () => number;
};

/**
 * Tells partners: at once what the table's stream says has become due, and by the schedule whatever is left. It logs one summary
 * line, and one line for each distinct fault.
 * @throws when nothing could be told at all, so that the source of the event tries again and then hands it to the failed ones
 */
export function createRefundTellHandler(deps: RefundTellDeps) {
  const { log, now } = deps;

  return async (event: unknown, context: Context): Promise<void> => {
    const startedAt = now();
    const requestId = context.awsRequestId;
    const endsAt = startedAt + context.getRemainingTimeInMillis();
    const counts = newTellCounts();
    const run: TellRun = {
      ...createFaultLog(log, "refund_tell_fault", requestId),
      counts,
      onWebhookEnded: (partner) => log("error", "webhook_ended", { requestId, partner }),
    };
    try {
      const isStream = isStreamEvent(event);
      const done = isStream ? await tellChanges(event, endsAt, run) : await sweep(event, endsAt, run);
      const { firstTryAfterMs: _, ...numbers } = counts;
      const fields = { requestId, ...done, ...numbers, durationMs: now() - startedAt };
      log(levelOf(counts), "refund_tell", fields, tellMetrics(counts, !isStream));
    } catch (error) {
      log("error", "refund_tell", { requestId, durationMs: now() - startedAt, ...faultFields(error) });
      throw error;
    }
  };

  async function tellChanges(event: unknown, endsAt: number, run: TellRun): Promise<LogFields> {
    const work = readStreamEvent(event, deps.stream);
    await deps.tellChanges(work, endsAt, run);
    return { refunds: work.refunds.length, deliveries: work.deliveries.length };
  }

  async function sweep(event: unknown, endsAt: number, run: TellRun): Promise<LogFields> {
    const { shards } = sweepEventSchema.parse(event);
    const { taken } = await deps.sweepUntold(shards, endsAt, run);
    return { shards: shards.join(","), taken };
  }
}

function levelOf({ unreadable, endedWebhooks, failed, dead }: TellRun["counts"]) {
  if (unreadable > 0 || endedWebhooks > 0) return "error";
  return failed > 0 || dead > 0 ? "warn" : "info";
}

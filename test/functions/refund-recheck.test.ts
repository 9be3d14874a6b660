import type { Context } from "aws-lambda";
import { describe, expect, test } from "vitest";
import { createRefundRecheckHandler } from "../../functions/refund-recheck/handler.ts";
import type { RecheckDue, SweepListener } from "../../functions/refund-recheck/recheck-due.ts";
import { newSweepCounts, type Rechecked } from "../../functions/refund-recheck/sweep-counts.ts";
import type { Reading } from "../../shared/refund/reading.ts";
import { recordCheck } from "../../shared/refund/record-check.ts";
import { createLog } from "../../shared/telemetry/log.ts";
import {
  checkOf,
  claimedRefund,
  contextAt,
  mismatch,
  processing,
  refused,
  start,
  succeeded,
  timedOut,
} from "../support/refunds.ts";

const context = { awsRequestId: "request-1", getRemainingTimeInMillis: () => 60_000 } as Context;

function handlerOf(recheckDue: RecheckDue) {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ stage: "test", write: (line) => lines.push(JSON.parse(line)), now: () => start });
  return { lines, handler: createRefundRecheckHandler({ recheckDue, log, now: () => start }) };
}

function rechecked(reading: Reading): Rechecked {
  const before = claimedRefund();
  const check = checkOf(reading);
  const after = recordCheck(before, check, contextAt(start));
  return { before, after, check, written: true };
}

const silent: SweepListener = { onRechecked() {}, onFailed() {}, onUnreadable() {} };
const ending =
  (overrides: object = {}, checks: Rechecked[] = []): RecheckDue =>
  async (_, __, { onRechecked }) => {
    for (const check of checks) onRechecked(check);
    return { ...newSweepCounts(), taken: false, stoppedByRefusal: false, outOfTime: false, ...overrides };
  };

describe("the recheck function", () => {
  test("sweeps the shards of its schedule until its time is up", async () => {
    const calls: unknown[] = [];
    const { handler } = handlerOf(async (shards, endsAt) => {
      calls.push([shards, endsAt]);
      return await ending()([], 0, silent);
    });
    await handler({ shards: ["0", "15"] }, context);
    expect(calls).toEqual([[["0", "15"], start + 60_000]]);
  });

  test("logs one summary line, which reports the metrics of the sweep", async () => {
    const checks = [succeeded, processing, timedOut, mismatch, refused].map((reading) => rechecked(reading));
    const reviewed = rechecked(processing);
    const { handler, lines } = handlerOf(
      ending({ due: 6, checked: 6, settled: 1, stillPending: 5, maxLagMs: 1_234, oldestPendingMs: 90_000 }, [
        ...checks,
        { ...reviewed, after: { ...reviewed.after, state: "needs_review" } },
      ]),
    );
    await handler({ shards: ["3", "4"] }, context);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: "info",
      event: "refund_recheck",
      requestId: "request-1",
      shards: "3,4",
      taken: false,
      due: 6,
      settled: 1,
      Stage: "test",
      Sweeps: 1,
      RecheckLag: 1_234,
      OldestPendingAge: 90,
      Checks: 6,
      Mismatches: 1,
      ChecksBlocked: 1,
      CredentialsRefused: 1,
      NeedsReview: 1,
      UpstreamFailures: 1,
      UpstreamLatency: [7, 7, 7, 7, 7, 7],
      AttemptsToSettle: [1],
    });
    const { _aws } = lines[0] as {
      _aws: { CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] };
    };
    const [directive] = _aws.CloudWatchMetrics;
    expect(directive?.Dimensions).toEqual([["Stage"]]);
    for (const { Name } of directive?.Metrics ?? []) expect(lines[0]).toHaveProperty(Name);
  });

  test("a hundred values at most are reported of one metric, with the extremes among them", async () => {
    const checks = Array.from({ length: 1_000 }, (_, i) => {
      const one = rechecked(processing);
      return { ...one, check: { ...one.check, latencyMs: i } };
    });
    const { handler, lines } = handlerOf(ending({}, checks));
    await handler({ shards: ["0"] }, context);
    const latencies = lines[0]?.UpstreamLatency as number[];
    expect(latencies).toHaveLength(100);
    expect([Math.min(...latencies), Math.max(...latencies)]).toEqual([0, 999]);
    expect(lines[0]?.Checks).toBe(1_000);
  });

  test("counts what somebody has to look into, and no age where nothing stays pending", async () => {
    const { handler, lines } = handlerOf(
      ending({ unreadable: 1, failed: 2, contradicted: 3, oldestPendingMs: 90_000 }),
    );
    await handler({ shards: ["0"] }, context);
    expect(lines[0]).toMatchObject({ UnreadableRecords: 1, CheckFailures: 2, Contradictions: 3, RecheckLag: 0 });
    expect(lines[0]).not.toHaveProperty("OldestPendingAge");
  });

  test.each([
    [{}, "info"],
    [{ needsReview: 1, superseded: 1, spared: 1, verified: 1 }, "info"],
    [{ failed: 1 }, "warn"],
    [{ outOfTime: true }, "warn"],
    [{ unreadable: 1, failed: 1 }, "error"],
    [{ contradicted: 1 }, "error"],
    [{ stoppedByRefusal: true, outOfTime: true }, "error"],
  ])("a sweep with %j is logged as %s", async (summary, level) => {
    const { handler, lines } = handlerOf(ending(summary));
    await handler({ shards: ["0"] }, context);
    expect(lines[0]).toMatchObject({ ...summary, level });
  });

  test("a sweep that upstream's refusals have stopped is logged as an error", async () => {
    const { handler, lines } = handlerOf(ending({ stoppedByRefusal: true }));
    await handler({ shards: ["0"] }, context);
    expect(lines[0]).toMatchObject({ level: "error", stoppedByRefusal: true });
  });

  test("each distinct fault of a sweep is one error line with the refund that met it first, and where it happened", async () => {
    const refunds = [claimedRefund(), claimedRefund(), claimedRefund()];
    const { handler, lines } = handlerOf(async (shards, endsAt, listener) => {
      const boom = () => Object.assign(new Error("the secret message"), { code: "BOOM" });
      const errors = [1, 2].map(boom);
      for (const [i, refund] of refunds.entries()) listener.onFailed(refund, errors[i] ?? new TypeError("other"));
      return await ending({ failed: 3 })(shards, endsAt, listener);
    });
    await handler({ shards: ["0"] }, context);
    const faults = lines.filter(({ event }) => event === "refund_recheck_fault");
    expect(faults).toMatchObject([
      {
        level: "error",
        requestId: "request-1",
        fault: "BOOM",
        merOrderId: refunds[0]?.merOrderId,
        mid: refunds[0]?.mid,
      },
      { level: "error", fault: "TypeError", merOrderId: refunds[2]?.merOrderId },
    ]);
    expect(lines.at(-1)).toMatchObject({ event: "refund_recheck", level: "warn", failed: 3 });
    expect(JSON.stringify(lines)).not.toContain("secret message");
  });

  test("a record that cannot be read is an error line with its key", async () => {
    const { handler, lines } = handlerOf(async (shards, endsAt, listener) => {
      listener.onUnreadable("REFUND#898310148160568#APPDEFAULT#ORDER-1");
      return await ending({ unreadable: 1 })(shards, endsAt, listener);
    });
    await handler({ shards: ["0"] }, context);
    expect(lines).toMatchObject([
      {
        event: "unreadable_record",
        level: "error",
        mid: "898310148160568",
        instMid: "APPDEFAULT",
        merOrderId: "ORDER-1",
      },
      { event: "refund_recheck", level: "error", unreadable: 1 },
    ]);
  });

  test("a sweep that could not be run is logged by its name and fails the invocation", async () => {
    const { handler, lines } = handlerOf(async () => {
      throw new TypeError("the secret message");
    });
    await expect(handler({ shards: ["0"] }, context)).rejects.toThrow(TypeError);
    expect(lines).toEqual([expect.objectContaining({ level: "error", fault: "TypeError" })]);
    expect(JSON.stringify(lines)).not.toContain("secret message");
  });

  test.each([{}, { shards: [] }, { shards: ["16"] }, { shards: [3] }, { shards: "0" }, null])(
    "an event that names no shards fails the invocation: %j",
    async (event) => {
      const { handler } = handlerOf(ending());
      await expect(handler(event, context)).rejects.toThrow();
    },
  );
});

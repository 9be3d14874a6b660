import { expect, test } from "vitest";
import { createLogTelemetry } from "../../console/metrics/log-telemetry.ts";
import { createLog, type LogFields } from "../../shared/telemetry/log.ts";
import type { Metric } from "../../shared/telemetry/metrics.ts";
import { minuteMs, start } from "../support/refunds.ts";

/** Figures out of lines as the functions write them. */
function telemetryOf(lines: readonly [at: number, fields: LogFields, metrics: readonly Metric[]][]) {
  const telemetry = createLogTelemetry();
  for (const [at, fields, metrics] of lines) {
    createLog({ stage: "local", write: telemetry.add, now: () => at })("info", "event", fields, metrics);
  }
  return telemetry;
}

test("checks, ends and latencies are gathered minute by minute, and the kinds over all of them", async () => {
  const telemetry = telemetryOf([
    [
      start,
      {},
      [
        { name: "Checks", value: 2 },
        { name: "UpstreamLatency", value: [10, 30] },
      ],
    ],
    [
      start + minuteMs,
      {},
      [
        { name: "Checks", value: 3 },
        { name: "AttemptsToSettle", value: [4, 1] },
      ],
    ],
    [start + minuteMs + 1, {}, [{ name: "UpstreamFailures", value: 1 }]],
  ]);
  const metrics = await telemetry.readMetrics(start + minuteMs);
  expect(metrics?.buckets).toHaveLength(60);
  expect(metrics?.buckets.slice(-2)).toEqual([
    { at: start, checks: 2, settled: 0, medianMs: 30, p95Ms: 30 },
    { at: start + minuteMs, checks: 3, settled: 2, medianMs: undefined, p95Ms: undefined },
  ]);
  expect(metrics?.kinds).toMatchObject({ settled: 2, failures: 1, blocked: 0 });
});

test("what is older than an hour is forgotten", async () => {
  const telemetry = telemetryOf([
    [start, {}, [{ name: "Checks", value: 2 }]],
    [start + 60 * minuteMs, {}, [{ name: "Checks", value: 1 }]],
  ]);
  const metrics = await telemetry.readMetrics(start + 60 * minuteMs);
  expect(metrics?.buckets.reduce((sum, { checks }) => sum + checks, 0)).toBe(1);
});

test("a partner was last seen at its last request, and its refusals are counted by their reason", () => {
  const { readActivity } = telemetryOf([
    [start, { partner: "north-shop", status: 200 }, []],
    [start + 1, { partner: "north-shop", status: 403, errCode: "INVALID_ORDER" }, []],
    [start + 2, { partner: "north-shop", status: 401, errCode: "1000", refused: "timestamp" }, []],
  ]);
  const refusals = { INVALID_ORDER: 1, timestamp: 1 };
  expect(readActivity?.().get("north-shop")).toEqual({ lastSeenAt: start + 2, requests: 3, refusals });
});

test("a line that is none is passed over", async () => {
  const telemetry = createLogTelemetry();
  for (const line of ["", "not JSON", "null", "[]", '{"timestamp":"x"}']) telemetry.add(line);
  expect((await telemetry.readMetrics(start))?.buckets.every(({ checks }) => checks === 0)).toBe(true);
});

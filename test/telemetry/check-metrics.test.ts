import { describe, expect, test } from "vitest";
import { allReadings } from "../../shared/refund/reading.ts";
import { readingWord } from "../../shared/refund/reading-word.ts";
import type { RefundState } from "../../shared/refund/refund.ts";
import { createCheckMetrics, type MeasuredCheck } from "../../shared/telemetry/check-metrics.ts";
import { checkOf, claimedRefund, processing, timedOut } from "../support/refunds.ts";

/** The metrics of some checks by their names. */
function metricsOf(...checks: MeasuredCheck[]): Record<string, unknown> {
  const metrics = createCheckMetrics();
  for (const check of checks) metrics.add(check);
  return Object.fromEntries(metrics.metrics().map(({ name, value }) => [name, value]));
}

const inState = (state: RefundState, attempts = 3) => claimedRefund({ state, attempts });

test("no check gives no metric", () => {
  expect(metricsOf()).toEqual({});
});

test("every reading is a check, and counts as what a person may have to look into", () => {
  const after = inState("pending");
  const counted = Object.fromEntries(
    allReadings.map((reading) => {
      const { Checks, UpstreamLatency, ...others } = metricsOf({ check: checkOf(reading), after });
      expect([Checks, UpstreamLatency]).toEqual([1, [7]]);
      return [readingWord(reading), others];
    }),
  );
  expect(counted).toEqual({
    "settled/succeeded": {},
    "settled/failed": {},
    processing: {},
    not_found: {},
    "unclear/timeout": { UpstreamFailures: 1 },
    "unclear/unreachable": { UpstreamFailures: 1 },
    "unclear/unreadable": { UpstreamFailures: 1 },
    "unclear/gateway": { UpstreamFailures: 1 },
    "unclear/transient": {},
    "unclear/locked": {},
    "unclear/unknown": {},
    "unclear/unfamiliar": { Unfamiliar: 1 },
    "blocked/credentials": { ChecksBlocked: 1, CredentialsRefused: 1 },
    "blocked/configuration": { ChecksBlocked: 1 },
    "blocked/request": { ChecksBlocked: 1 },
    mismatch: { Mismatches: 1 },
  });
});

test("checks add up", () => {
  const after = inState("pending");
  const checks = [timedOut, timedOut, processing].map((reading) => ({ check: checkOf(reading), after }));
  expect(metricsOf(...checks)).toEqual({ Checks: 3, UpstreamFailures: 2, UpstreamLatency: [7, 7, 7] });
});

test("a question that was never sent has no latency", () => {
  const check = { ...checkOf(timedOut), upstreamMsgId: undefined };
  expect(metricsOf({ check, after: inState("pending") })).toEqual({ Checks: 1, UpstreamFailures: 1 });
});

describe("a refund that becomes final", () => {
  test.each(["succeeded", "failed"] as const)("reports the checks it took to be %s", (state) => {
    const check = checkOf({ kind: "settled", outcome: state });
    for (const before of [undefined, inState("pending", 4), inState("needs_review", 4)]) {
      expect(metricsOf({ check, before, after: inState(state, 5) })).toMatchObject({ AttemptsToSettle: [5] });
    }
  });
});

describe("a refund that goes to review", () => {
  const check = checkOf(processing);
  test("is counted once, at the check that sends it there", () => {
    const after = inState("needs_review");
    expect(metricsOf({ check, before: inState("pending"), after })).toMatchObject({ NeedsReview: 1 });
    expect(metricsOf({ check, before: inState("needs_review"), after })).not.toHaveProperty("NeedsReview");
    expect(metricsOf({ check, after })).not.toHaveProperty("NeedsReview");
  });

  test("is not counted by a check that another writer has overtaken, because that one counts it", () => {
    const one = { check, before: inState("pending"), after: inState("needs_review") };
    expect(metricsOf({ ...one, written: false })).not.toHaveProperty("NeedsReview");
    expect(metricsOf({ ...one, written: true })).toMatchObject({ NeedsReview: 1 });
  });

  test("is not counted while it is pending", () => {
    const pending = inState("pending");
    expect(metricsOf({ check, before: pending, after: pending })).not.toHaveProperty("NeedsReview");
  });
});

test("of more than a hundred values a hundred are reported, spread evenly from the smallest to the largest", () => {
  const after = inState("pending");
  const checks = Array.from({ length: 199 }, (_, i) => ({
    check: { ...checkOf(processing), latencyMs: 198 - i },
    after,
  }));
  const { Checks, UpstreamLatency } = metricsOf(...checks);
  expect(Checks).toBe(199);
  expect(UpstreamLatency).toEqual(Array.from({ length: 100 }, (_, i) => 2 * i));
});

import { expect, test } from "vitest";
import { verifyOutcome } from "../../shared/refund/verification.ts";
import { checkOf, failed, notFound, processing, start, succeeded, timedOut } from "../support/refunds.ts";

test("another outcome and a refund that is still being processed contradict what is on record; nothing else does", () => {
  const contradicts = (outcome: "succeeded" | "failed") =>
    [succeeded, failed, processing, notFound, timedOut].map(
      (reading) => verifyOutcome(outcome, checkOf(reading), start).contradicts,
    );
  expect(contradicts("succeeded")).toEqual([false, true, true, false, false]);
  expect(contradicts("failed")).toEqual([true, false, true, false, false]);
});

test("a verification holds what ChinaUMS has said, and when", () => {
  const check = { ...checkOf(processing), code: "PROCESSING", matchedBy: "merOrderId" } as const;
  expect(verifyOutcome("succeeded", check, start)).toEqual({
    at: start,
    reading: processing,
    code: "PROCESSING",
    matchedBy: "merOrderId",
    contradicts: true,
    latencyMs: check.latencyMs,
    fields: check.answer,
  });
});

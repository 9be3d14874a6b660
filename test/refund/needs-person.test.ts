import { expect, test } from "vitest";
import { needOf, needsPerson } from "../../shared/refund/needs-person.ts";
import {
  badRequest,
  claimedRefund,
  dayMs,
  mismatch,
  notFound,
  processing,
  refused,
  start,
  succeeded,
  timedOut,
} from "../support/refunds.ts";

const needs = (...overrides: Parameters<typeof claimedRefund>) => needOf(claimedRefund(...overrides), start + dayMs);

test("review, a refusal, an answer about another refund and a day of silence need a person", () => {
  expect(needs({ state: "needs_review", reading: processing })).toBe("review");
  expect(needs({ reading: badRequest })).toBe("refused");
  expect(needs({ reading: mismatch })).toBe("refused");
  expect(needs({ reading: refused })).toBe("refused_us");
  expect(needs({ reading: timedOut, stalledSince: start })).toBe("silent");
});

test("a refund that is final, waits for its next check or has just fallen silent needs nobody", () => {
  expect(needs({ state: "succeeded", reading: succeeded })).toBeUndefined();
  expect(needs({ reading: processing })).toBeUndefined();
  expect(needs({ reading: notFound })).toBeUndefined();
  expect(needs({ reading: timedOut, stalledSince: start + 1 })).toBeUndefined();
  expect(needs({})).toBeUndefined();
});

test("a refund that is final needs nobody, whatever a check gave", () => {
  for (const state of ["succeeded", "failed"] as const) {
    expect(needs({ state, reading: refused })).toBeUndefined();
    expect(needs({ state, reading: timedOut, stalledSince: start })).toBeUndefined();
  }
});

test("what is acknowledged needs nobody until another need comes up", () => {
  const refund = claimedRefund({ reading: refused, acknowledged: "refused_us" });
  expect(needsPerson(refund, start)).toBe(false);
  expect(needsPerson({ ...refund, state: "needs_review" }, start)).toBe(true);
  expect(needsPerson({ ...refund, acknowledged: undefined }, start)).toBe(true);
});

import { isDeepStrictEqual } from "node:util";
import type { Check } from "../../shared/refund/check.ts";
import type { Reading } from "../../shared/refund/reading.ts";
import { type KeptAnswer, newRefund, type Refund, type RefundIdentity } from "../../shared/refund/refund.ts";

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** An instant that tests begin at. */
export const start = Date.UTC(2026, 0, 5, 1, 0, 0);

let count = 0;
/** A refund number that no other test uses. */
export function newIdentity(): RefundIdentity {
  return { mid: "898310148160568", instMid: "APPDEFAULT", merOrderId: `REFUND-${process.pid}-${++count}` };
}

/** A refund as its first claim leaves it. */
export function claimedRefund(overrides: Partial<Refund> = {}, now = start): Refund {
  const lease = { owner: "owner-1", until: now + 28_000 };
  const first = { tid: "88880001", partnerId: "north-shop", keys: [], now, dueAt: now + minuteMs, lease };
  return { ...newRefund(newIdentity(), first), ...overrides };
}

/** A check with that reading, and an answer where such a check has one. */
export function checkOf(reading: Reading, says: Record<string, string | number> = {}): Check {
  const answered = reading.kind === "settled" || reading.kind === "processing" || reading.kind === "not_found";
  const answer = answered ? { errCode: "SUCCESS", reading: reading.kind, ...says } : undefined;
  return {
    reading,
    code: undefined,
    answer,
    matchedBy: undefined,
    isSameAnswerAs: (earlier) => answer !== undefined && isDeepStrictEqual(earlier, answer),
    upstreamMsgId: "0".repeat(32),
    latencyMs: 7,
  };
}

/** The answer of a check as its refund keeps it. */
export function keptAnswer({ answer: fields = {}, latencyMs, reading }: Check): KeptAnswer {
  return { fields, version: 1, at: start, latencyMs, reading };
}

export const succeeded: Reading = { kind: "settled", outcome: "succeeded" };
export const failed: Reading = { kind: "settled", outcome: "failed" };
export const processing: Reading = { kind: "processing" };
export const notFound: Reading = { kind: "not_found" };
export const timedOut: Reading = { kind: "unclear", cause: "timeout" };
export const locked: Reading = { kind: "unclear", cause: "locked" };
export const refused: Reading = { kind: "blocked", by: "credentials" };
export const badRequest: Reading = { kind: "blocked", by: "request" };
export const mismatch: Reading = { kind: "mismatch" };

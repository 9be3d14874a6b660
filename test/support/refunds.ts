import { isDeepStrictEqual } from "node:util";
import type { Check } from "../../shared/refund/check.ts";
import type { CheckContext } from "../../shared/refund/check-context.ts";
import { newRefund } from "../../shared/refund/claim-refund.ts";
import type { Reading } from "../../shared/refund/reading.ts";
import { defaultLadders } from "../../shared/refund/recheck-ladder.ts";
import type { KeptAnswer, Refund, RefundIdentity } from "../../shared/refund/refund.ts";
import type { Claim } from "../../shared/refund/refund-store.ts";

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
  const { mid, instMid, merOrderId } = { ...newIdentity(), ...overrides };
  return { ...newRefund(claimOf({ mid, instMid, merOrderId }, { now })), ...overrides };
}

let owners = 0;
/** A claim of a refund by a partner's request that comes at `now`. */
export function claimOf({ mid, instMid, merOrderId }: RefundIdentity, overrides: Partial<Claim> = {}): Claim {
  const now = overrides.now ?? start;
  return {
    identity: { mid, instMid, merOrderId },
    asked: { tid: testTid, digest: "digest-1" },
    lease: { owner: `owner-${++owners}`, until: now + 28_000 },
    partnerId: "north-shop",
    key: undefined,
    now,
    dueAt: now + minuteMs,
    recentSince: now - 10_000,
    arrivedAt: now,
    ...overrides,
  };
}

/** The terminal number that refunds of tests are asked by. */
export const testTid = "88880001";

/** What decides, besides the answer, what becomes of a refund by a scheduled check. */
export function contextAt(now: number, overrides: Partial<CheckContext> = {}): CheckContext {
  return { asked: { tid: testTid, digest: undefined }, now, random: () => 1, ladders: defaultLadders, ...overrides };
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
    cameBack: undefined,
    upstreamMsgId: "0".repeat(32),
    latencyMs: 7,
  };
}

/** The answer of a check as its refund keeps it. */
export function keptAnswer({ answer: fields = {}, latencyMs, reading, matchedBy }: Check): KeptAnswer {
  return { fields, version: 1, at: start, latencyMs, reading, matchedBy };
}

/** A reading that leaves the refund open. */
export type NotSettled = Exclude<Reading, { kind: "settled" }>;

export const succeeded: Reading = { kind: "settled", outcome: "succeeded" };
export const failed: Reading = { kind: "settled", outcome: "failed" };
export const processing: NotSettled = { kind: "processing" };
export const notFound: NotSettled = { kind: "not_found" };
export const timedOut: NotSettled = { kind: "unclear", cause: "timeout" };
export const locked: NotSettled = { kind: "unclear", cause: "locked" };
export const refused: NotSettled = { kind: "blocked", by: "credentials" };
export const badRequest: NotSettled = { kind: "blocked", by: "request" };
export const mismatch: NotSettled = { kind: "mismatch" };

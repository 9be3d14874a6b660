import { expect, test } from "vitest";
import { claimRefund, newRefund } from "../../shared/refund/claim-refund.ts";
import { claimedRefund, claimOf, dayMs, hourMs, newIdentity, processing, start } from "../support/refunds.ts";

test("a refund at its first claim has been asked about by one partner and one terminal, is due, and was never checked", () => {
  const identity = newIdentity();
  const claim = claimOf(identity, { asked: { tid: "11111111", digest: "digest-1" }, partnerId: "north-shop" });
  const refund = newRefund(claim);
  expect(refund).toMatchObject({
    ...identity,
    tid: "11111111",
    askedTids: ["11111111"],
    state: "pending",
    stateIsNewer: false,
    version: 1,
    attempts: 0,
    openRung: 0,
    notFoundRung: 0,
    firstSeenAt: start,
    isAnswered: false,
    dueAt: claim.dueAt,
    lease: claim.lease,
    partners: ["north-shop"],
  });
  const { confirmedTid, reading, code, lastAsked, checkedAt, stalledSince, answer, verifyRequestedAt } = refund;
  expect([confirmedTid, reading, code, lastAsked, checkedAt, stalledSince, answer, verifyRequestedAt]).toEqual(
    Array(8).fill(undefined),
  );
});

test("a claim of a known refund adds its terminal and partner, takes the lease, and keeps all else", () => {
  const known = claimedRefund({
    tid: "11111111",
    askedTids: ["11111111"],
    partners: ["north-shop"],
    version: 7,
    reading: processing,
    openRung: 3,
    dueAt: start + hourMs,
    lease: undefined,
  });
  const now = start + dayMs;
  const claim = claimOf(known, { asked: { tid: "22222222", digest: "digest-2" }, partnerId: "south-shop", now });
  expect(claimRefund(known, claim)).toEqual({
    ...known,
    tid: "22222222",
    askedTids: ["22222222", "11111111"],
    partners: ["north-shop", "south-shop"],
    version: 8,
    lease: claim.lease,
  });
});

test("a partner and a terminal that have asked before are not added again", () => {
  const known = claimedRefund({ tid: "11111111", askedTids: ["11111111"], partners: ["north-shop"] });
  const again = claimRefund(known, claimOf(known, { asked: { tid: "11111111", digest: undefined } }));
  expect(again).toMatchObject({ tid: "11111111", askedTids: ["11111111"], partners: ["north-shop"] });
});

test("a claim of a refund that was left to a person makes it due", () => {
  const known = claimedRefund({ state: "needs_review", dueAt: undefined });
  expect(claimRefund(known, claimOf(known, { dueAt: start + hourMs })).dueAt).toBe(start + hourMs);
});

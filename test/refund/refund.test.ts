import { expect, test } from "vitest";
import { allowedPredecessors, isFinal, isLeased, isRefundState } from "../../shared/refund/refund.ts";
import { replacedAnswer } from "../../shared/refund/refund-store.ts";
import { checkOf, claimedRefund, keptAnswer, processing, start } from "../support/refunds.ts";

test("an open refund may become whatever it proves to be, and a final one nothing else", () => {
  const open = ["pending", "needs_review"];
  expect(allowedPredecessors).toEqual({ pending: open, needs_review: open, succeeded: open, failed: open });
});

test("two states are final, and no other word is a state", () => {
  const words = ["pending", "needs_review", "succeeded", "failed"] as const;
  expect(words.map(isFinal)).toEqual([false, false, true, true]);
  expect([...words, "reversed", "toString", ""].map(isRefundState)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("a lease ends by itself", () => {
  const lease = { owner: "somebody", until: start };
  expect([start - 1, start].map((now) => isLeased({ lease }, now))).toEqual([true, false]);
  expect(isLeased({ lease: undefined }, start)).toBe(false);
});

test("an answer is replaced by a write that brings another one", () => {
  const answer = keptAnswer(checkOf(processing));
  const before = claimedRefund({ answer });
  expect(replacedAnswer(before, before)).toBeUndefined();
  expect(replacedAnswer(before, { ...before, answer: { ...answer, version: 2 } })).toBe(answer);
  expect(replacedAnswer(claimedRefund(), before)).toBeUndefined();
});

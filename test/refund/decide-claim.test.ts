import { describe, expect, test } from "vitest";
import { decideClaim } from "../../shared/refund/decide-claim.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { claimedRefund, mismatch, processing, start, timedOut } from "../support/refunds.ts";

const asked = { tid: "11111111", digest: "digest-1" };
const terms = { asked, now: start, recentSince: start - 10_000, arrivedAt: start - 1_000 };
const decide = (overrides: Partial<Refund>) => decideClaim(claimedRefund({ lease: undefined, ...overrides }), terms);
const lease = { owner: "somebody", until: start + 1 };
const answeredAt = (checkedAt: number) => ({ checkedAt, isAnswered: true, reading: processing, lastAsked: asked });
const silentAt = (checkedAt: number) => ({ ...answeredAt(checkedAt), isAnswered: false, reading: timedOut });

describe("a request about a refund on record", () => {
  test.each(["succeeded", "failed"] as const)("is answered from the record where the refund has %s", (state) => {
    expect(decide({ state, lease })).toBe("record");
  });

  test("is answered from the record where only a newer version knows the state", () => {
    expect(decide({ stateIsNewer: true, lease })).toBe("record");
  });

  test.each(["pending", "needs_review"] as const)(
    "claims the refund where it is free, not final and never checked: %s",
    (state) => {
      expect(decide({ state })).toBe("claim");
    },
  );

  test("waits while somebody holds the lease, and claims once it has ended", () => {
    expect(decide({ lease })).toBe("wait");
    expect(decide({ lease: { ...lease, until: start } })).toBe("claim");
  });

  test("is given an answer for as long as it is recent, also while somebody checks", () => {
    expect(decide({ ...answeredAt(start - 10_000), lease })).toBe("record");
    expect(decide(answeredAt(start - 10_001))).toBe("claim");
    expect(decide({ ...answeredAt(start - 10_001), lease })).toBe("wait");
  });

  test("is given a check without an answer only where that was made since the request came", () => {
    expect(decide(silentAt(start - 1_000))).toBe("record");
    expect(decide(silentAt(start - 1_001))).toBe("claim");
  });

  test("is not given what belongs to another question, however recent", () => {
    const others = { ...answeredAt(start), reading: mismatch, lastAsked: { tid: "22222222", digest: "digest-2" } };
    expect(decide(others)).toBe("claim");
    expect(decide({ ...others, lastAsked: asked })).toBe("record");
  });
});

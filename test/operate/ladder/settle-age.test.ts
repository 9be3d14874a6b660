import { describe, expect, test } from "vitest";
import { ladderText, waitText } from "../../../operate/ladder/ladder-text.ts";
import { settleAgeOf } from "../../../operate/ladder/settle-age.ts";
import { defaultOpenLadder, parseLadder } from "../../../shared/refund/recheck-ladder.ts";
import type { Refund } from "../../../shared/refund/refund.ts";
import { claimedRefund, dayMs, hourMs, minuteMs, start, testTid } from "../../support/refunds.ts";

const ladder = parseLadder("1m 30m 2h");
const checked = (overrides: Partial<Refund>) =>
  settleAgeOf(claimedRefund({ confirmedTid: testTid, attempts: 3, ...overrides }), ladder);

describe("the settle age of a refund", () => {
  test("is between the check that found it open last and the one that found it final", () => {
    const refund = { state: "failed", checkedAt: start + hourMs, seenOpenAt: start + 20 * minuteMs } as const;
    expect(checked(refund)).toEqual({ afterMs: 20 * minuteMs, byMs: hourMs });
  });

  test("has no upper bound while the refund is open", () => {
    const refund = { checkedAt: start + hourMs, seenOpenAt: start + 20 * minuteMs };
    expect(checked(refund)).toEqual({ afterMs: 20 * minuteMs, byMs: Number.POSITIVE_INFINITY });
    expect(checked({ ...refund, state: "needs_review" })).toMatchObject({ byMs: Number.POSITIVE_INFINITY });
  });

  test("is bounded by the step that it had taken, where an older version did not keep when it was open", () => {
    const refund = { state: "succeeded", checkedAt: start + hourMs } as const;
    expect(checked({ ...refund, openRung: 2 })).toEqual({ afterMs: 30 * minuteMs, byMs: hourMs });
    expect(checked({ ...refund, openRung: 3 })).toEqual({ afterMs: 0, byMs: hourMs });
    expect(checked({ ...refund, openRung: 0 })).toEqual({ afterMs: 0, byMs: hourMs });
  });

  test("is not told by a refund that was final when it was first checked, was never checked, or was never known", () => {
    expect(checked({ state: "succeeded", checkedAt: start, attempts: 1 })).toBeUndefined();
    expect(checked({ checkedAt: undefined })).toBeUndefined();
    expect(checked({ checkedAt: start + dayMs, seenOpenAt: start + dayMs, confirmedTid: undefined })).toBeUndefined();
  });
});

describe("a ladder is written", () => {
  test("as the setting has it, so that it reads the same", () => {
    expect(ladderText(parseLadder(defaultOpenLadder))).toBe(defaultOpenLadder);
    expect(ladderText(parseLadder("90s 90s 90m 1d 3d*2"))).toBe("90s*2 90m 24h 3d*2");
  });

  test("and a wait in the largest unit that says it exactly", () => {
    expect([minuteMs, 90 * minuteMs, 26 * hourMs, dayMs, 3 * dayMs].map(waitText)).toEqual([
      "1m",
      "90m",
      "26h",
      "24h",
      "3d",
    ]);
  });
});

import { describe, expect, test } from "vitest";
import { recordCheck } from "../../shared/refund/record-check.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import type { SettleResult } from "../../shared/refund/refund-store.ts";
import { settleCheck } from "../../shared/refund/settle-check.ts";
import { UnavailableError } from "../../shared/refund/unavailable.ts";
import { checkOf, claimedRefund, contextAt, failed, processing, start, succeeded } from "../support/refunds.ts";

const claimed = claimedRefund();
const context = contextAt(start);
const giveUpAt = start + 5_000;
const superseded = (refund: Refund): SettleResult => ({ kind: "superseded", refund });
const inTrouble = new UnavailableError("RECORD_UNAVAILABLE");

/** Settles against a record that answers one write after another as given, then as the last one. */
function settling(...answers: (SettleResult | Error)[]) {
  const writes: { before: Refund; after: Refund }[] = [];
  const waits: number[] = [];
  let now = start;
  const deps = {
    settle: async (write: { before: Refund; after: Refund }) => {
      const answer = answers[Math.min(writes.push(write), answers.length) - 1];
      if (answer === undefined || answer instanceof Error) throw answer;
      return answer;
    },
    now: () => now,
    random: () => 0,
    sleep: async (ms: number) => {
      waits.push(ms);
      now += ms;
    },
  };
  return { deps, writes, waits };
}

describe("the write of what a check has told", () => {
  test("is made once, over the refund that was claimed", async () => {
    const { deps, writes, waits } = settling({ kind: "settled" });
    const check = checkOf(processing);
    const after = recordCheck(claimed, check, context);
    expect(await settleCheck(deps, claimed, check, context, giveUpAt)).toEqual({ refund: after, written: true });
    expect(writes).toEqual([{ before: claimed, after }]);
    expect(waits).toEqual([]);
  });

  test("is dropped where another writer came first and the check proves nothing", async () => {
    const others = { ...claimed, version: 9 };
    const { deps, writes } = settling(superseded(others));
    const told = await settleCheck(deps, claimed, checkOf(processing), context, giveUpAt);
    expect(told).toEqual({ refund: others, written: false });
    expect(writes).toHaveLength(1);
  });

  test("is made over the other writer's where the check proves that the refund is final", async () => {
    const others = { ...claimed, version: 9, openRung: 4 };
    const { deps, writes } = settling(superseded(others), { kind: "settled" });
    const told = await settleCheck(deps, claimed, checkOf(succeeded), context, giveUpAt);
    expect(told).toMatchObject({ refund: { state: "succeeded", version: 10, openRung: 4 }, written: true });
    expect(writes.map(({ before }) => before)).toEqual([claimed, others]);
  });

  test.each([
    ["ended", { state: "failed" }],
    ["put into a state that only a newer version knows", { stateIsNewer: true }],
  ] as const)("is never made over a refund that was %s meanwhile", async (_, change) => {
    const others = { ...claimed, version: 9, ...change };
    const { deps, writes } = settling(superseded(others));
    const told = await settleCheck(deps, claimed, checkOf(succeeded), context, giveUpAt);
    expect(told).toEqual({ refund: others, written: false });
    expect(writes).toHaveLength(1);
  });

  test("is given up where others have come first three times", async () => {
    const others = { ...claimed, version: 9 };
    const { deps, writes } = settling(superseded(others));
    const told = await settleCheck(deps, claimed, checkOf(failed), context, giveUpAt);
    expect(told).toEqual({ refund: others, written: false });
    expect(writes).toHaveLength(3);
  });

  test("is made again after waits that double to a second, each shorter by chance, while the record is in trouble", async () => {
    const { deps, waits } = settling(...Array(7).fill(inTrouble), { kind: "settled" });
    await settleCheck(deps, claimed, checkOf(processing), context, giveUpAt);
    expect(waits).toEqual([25, 50, 100, 200, 400, 500, 500]);
    const later = settling(inTrouble, { kind: "settled" });
    await settleCheck({ ...later.deps, random: () => 1 }, claimed, checkOf(processing), context, giveUpAt);
    expect(later.waits).toEqual([50]);
  });

  test("is given up before a wait that would end at the time to give up", async () => {
    const inTime = settling(inTrouble, { kind: "settled" });
    await settleCheck(inTime.deps, claimed, checkOf(processing), context, start + 51);
    const late = settling(inTrouble, { kind: "settled" });
    const tooLate = settleCheck(late.deps, claimed, checkOf(processing), context, start + 50);
    await expect(tooLate).rejects.toBe(inTrouble);
    expect([inTime.waits, late.waits]).toEqual([[25], []]);
  });

  test.each([new UnavailableError("RECORD_UNREADABLE"), new Error("a mistake of ours")])(
    "is not made again where that cannot help: %s",
    async (error) => {
      const { deps, writes } = settling(error, { kind: "settled" });
      await expect(settleCheck(deps, claimed, checkOf(succeeded), context, giveUpAt)).rejects.toBe(error);
      expect(writes).toHaveLength(1);
    },
  );
});

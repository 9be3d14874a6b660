import { describe, expect, test } from "vitest";
import { followByPeer } from "../../bench/delay/follow-refund.ts";
import { drawRefunds, type Mix, readMix } from "../../bench/delay/mix.ts";
import { peers } from "../../bench/delay/peers.ts";
import { fitted, today, tryMix } from "../../bench/delay/try-mix.ts";
import { createRandom } from "../simulation/random.ts";
import { dayMs, hourMs, minuteMs } from "../support/refunds.ts";

const mixOf = (name: string): Mix => readMix(new URL(`../../bench/delay/mixes/${name}.json`, import.meta.url));

test.each(["wallet", "bank", "mixed", "bad-week"])(
  "on the mix %s, fitted ladders find ends out in 0.6 of today's time or less, by no more questions, whatever the faults",
  (name) => {
    const { tried } = tryMix(mixOf(name), { seed: 3, refunds: 2_000 });
    for (const { faults, stats } of tried.filter(({ schedule }) => schedule === fitted)) {
      const before = tried.find((one) => one.schedule === today && one.faults === faults);
      expect(stats.mean).toBeLessThan(0.6 * (before?.stats.mean ?? 0));
      expect(stats.questions).toBeLessThanOrEqual(before?.stats.questions ?? 0);
      expect(stats.unfound).toBe(0);
    }
  },
);

describe("refunds of a mix", () => {
  test("are the same for the same seed, and others for another", () => {
    const drawn = (seed: number) => drawRefunds(mixOf("mixed"), 50, createRandom(seed));
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(2)).not.toEqual(drawn(1));
  });

  test("of a bank settle on working days, within its hours", () => {
    const refunds = drawRefunds(mixOf("bank"), 2_000, createRandom(1));
    const settledAt = refunds.map(({ madeAt, settleMs }) => madeAt + settleMs);
    expect(settledAt.every((at) => Math.floor(at / dayMs) % 7 < 5)).toBe(true);
    expect(settledAt.every((at) => at % dayMs >= 9 * hourMs && at % dayMs < 21 * hourMs)).toBe(true);
    expect(Math.max(...refunds.map(({ settleMs }) => settleMs))).toBeLessThan(6 * dayMs);
  });
});

describe("the schedules of other projects", () => {
  const never = { at: () => false, knowableAt: (at: number) => at };
  const agesOf = (name: string, count: number) => {
    const ages: number[] = [];
    const answers = { ...never, at: (at: number) => ages.push(at / minuteMs) >= count };
    const peer = peers.find((one) => one.name === name);
    if (peer === undefined) throw new Error(name);
    const found = followByPeer({ instMid: "APPDEFAULT", madeAt: 0, settleMs: 1 }, { peer, answers });
    return { ages, found };
  };

  test.each([
    ["hyperswitch", [1, 6, 11, 16, 21, 26]],
    ["jeepay", [10, 11, 12, 13]],
    ["DaxPay", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 70, 130]],
    ["Kill Bill", [5, 65, 1_505, 2_945, 4_385, 5_825, 7_265]],
    ["every 5 min", [5, 10, 15]],
  ])("%s asks at the ages that it publishes", (name, ages) => {
    expect(agesOf(name, ages.length).ages).toEqual(ages);
  });

  test("that give up leave the refund to people on day 30", () => {
    const { found } = agesOf("hyperswitch", 7);
    expect(found).toEqual({ questions: 6, delayMs: 30 * dayMs - 1, isFound: false });
  });
});

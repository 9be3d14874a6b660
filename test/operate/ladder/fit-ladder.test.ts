import { describe, expect, test } from "vitest";
import { delayStats } from "../../../bench/delay/delay-stats.ts";
import { followByService } from "../../../bench/delay/follow-refund.ts";
import { drawRefunds, type Mix } from "../../../bench/delay/mix.ts";
import { enoughSettled } from "../../../operate/ladder/fit-ladder.ts";
import { defaultLadders, type Ladder, totalMs } from "../../../shared/refund/recheck-ladder.ts";
import { createRandom } from "../../simulation/random.ts";
import { dayMs, hourMs, minuteMs } from "../../support/refunds.ts";
import { agesOf, common, fitTo, mixOf, unseen } from "./simulated-history.ts";

const answers = { at: () => true, knowableAt: (finalAt: number) => finalAt };

/** What a ladder does to refunds that it was not fitted to. */
function tried(mix: Mix, open: Ladder, count = 2_000) {
  const random = createRandom(77);
  const ladders = { ...defaultLadders, open };
  return delayStats(
    drawRefunds(mix, count, random).map((refund) => followByService(refund, { ladders, answers, random })),
  );
}

const wallet = mixOf([
  { share: 0.95, median: 3 * minuteMs, spread: 0.8 },
  { share: 0.05, median: 3 * hourMs, spread: 1 },
]);
const bank = mixOf([{ share: 1, workingDays: [0.5, 0.3, 0.2], from: 9 * hourMs, to: 21 * hourMs }]);
const mixes = Object.entries({ ...unseen, "a wallet": wallet, "bank cards": bank });

describe.each(mixes)("a ladder that is fitted to %s", (_, mix) => {
  const fit = fitTo(agesOf(mix, 5, 1_500));
  const proposed = fit.kind === "too_few" ? common : fit.ladder;

  test("finds ends out much sooner than today's, by no more questions, in refunds that it has not seen", () => {
    expect(fit.kind).toBe("proposed");
    const [before, after] = [tried(mix, common), tried(mix, proposed)];
    expect(after.mean).toBeLessThan(0.6 * before.mean);
    expect(after.questions).toBeLessThan(before.questions * 1.02);
  });

  test("says what it is worth within the bounds that it gives, or nearly", () => {
    const ratio = tried(mix, proposed).mean / tried(mix, common).mean;
    const { low, high } = fit.kind === "too_few" ? { low: 1, high: 1 } : fit.comparison.delay;
    expect(ratio).toBeGreaterThan(low * 0.7);
    expect(ratio).toBeLessThan(high * 1.3);
  });

  test("names an age by which 87 to 93 of 100 refunds that it has not seen are final", () => {
    const waitMs = fit.kind === "too_few" ? undefined : fit.expected?.waitMs;
    if (waitMs === undefined) throw new Error("no age is named");
    const others = drawRefunds(mix, 5_000, createRandom(9));
    const share = others.filter(({ settleMs }) => settleMs <= waitMs).length / others.length;
    expect(share).toBeGreaterThan(0.87);
    expect(share).toBeLessThan(0.93);
  });

  test("lasts as long as the common one, so that no refund comes to people sooner, and waits half a day at most", () => {
    expect(totalMs(proposed)).toBeGreaterThanOrEqual(totalMs(common));
    expect(Math.max(...proposed)).toBeLessThanOrEqual(dayMs / 2);
  });
});

test("what is proposed is never worse than today's by more than a twentieth, however few refunds there are", () => {
  for (let seed = 1; seed <= 6; seed++) {
    const random = createRandom(seed);
    const median = minuteMs * 10 ** (3.5 * random());
    const mix = mixOf([{ share: 1, median, spread: 0.3 + random() }]);
    const fit = fitTo(agesOf(mix, seed, 700));
    if (fit.kind !== "proposed") continue;
    const [before, after] = [tried(mix, common, 1_000), tried(mix, fit.ladder, 1_000)];
    expect(after.mean).toBeLessThan(1.05 * before.mean);
    expect(after.questions).toBeLessThan(1.05 * before.questions);
  }
});

test("too few refunds that have ended propose nothing, however many are open", () => {
  const ended = agesOf(bank, 3, 1_000).filter(({ byMs }) => byMs !== Number.POSITIVE_INFINITY);
  const open = Array.from({ length: 900 }, () => ({ afterMs: hourMs, byMs: Number.POSITIVE_INFINITY }));
  const few = [...ended.slice(0, enoughSettled - 1), ...open];
  expect(fitTo(few)).toEqual({ kind: "too_few", settled: enoughSettled - 1, open: 900 });
  expect(fitTo([...ended.slice(0, enoughSettled), ...open]).kind).not.toBe("too_few");
});

test("the same history gives the same ladder", () => {
  expect(fitTo(agesOf(wallet, 8, 900))).toEqual(fitTo(agesOf(wallet, 8, 900)));
});

test("a ladder that is in use already is not proposed again, and fits one after another ask no less and less", () => {
  const first = fitTo(agesOf(bank, 1, 1_200));
  if (first.kind !== "proposed") throw new Error("nothing was proposed");
  const second = fitTo(agesOf(bank, 2, 1_200), first.ladder);
  if (second.kind === "too_few") throw new Error("too few");
  expect(second.kind).toBe("kept");
  expect(second.comparison.questions.ratio).toBeGreaterThan(0.93);
});

test("refunds that are still open make a channel slower than those that ended say", () => {
  const ended = agesOf(mixOf([{ share: 1, median: 4 * hourMs, spread: 0.5 }]), 4, 1_200);
  const open = Array.from({ length: 120 }, () => ({ afterMs: 20 * dayMs, byMs: Number.POSITIVE_INFINITY }));
  const waitOf = (ages: typeof ended) => {
    const fit = fitTo(ages);
    return fit.kind === "too_few" ? undefined : fit.expected?.waitMs;
  };
  const spread = ended.flatMap((age, i) => (i % 10 === 0 ? [age, open[i / 10] ?? age] : [age]));
  expect(waitOf(spread)).toBeGreaterThan(1.2 * (waitOf(ended) ?? Number.NaN));
});

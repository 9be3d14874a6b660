import { fitLadder, type LadderFit } from "../../operate/ladder/fit-ladder.ts";
import { settleAgeOf } from "../../operate/ladder/settle-age.ts";
import { defaultLadders, type Ladders } from "../../shared/refund/recheck-ladder.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { createRandom } from "../../test/simulation/random.ts";
import { type DelayStats, delayStats } from "./delay-stats.ts";
import { type Answers, followByPeer, followByService } from "./follow-refund.ts";
import { answersAt, drawRefunds, type Mix } from "./mix.ts";
import { peers } from "./peers.ts";

/** Shares of questions that are not answered, beside those of outages. */
export const faultShares = [0, 0.02, 0.05, 0.12] as const;
/** How our two schedules are called. */
export const today = "ours, today";
export const fitted = "ours, fitted";
/** The share while the history was made that ladders are fitted to. */
const historyFaults = 0.02;

export type Tried = { readonly schedule: string; readonly faults: number; readonly stats: DelayStats };
export type TriedMix = {
  readonly mix: Mix;
  readonly fits: ReadonlyMap<string, LadderFit>;
  readonly tried: readonly Tried[];
};

/** What schedules make of a mix: ours of today, ours with a ladder fitted to each channel's history, and those of other projects. */
export function tryMix(mix: Mix, { seed, refunds }: { readonly seed: number; readonly refunds: number }): TriedMix {
  const fits = fitToHistory(mix, seed, refunds * 2);
  const byProduct = Object.fromEntries(
    [...fits].flatMap(([instMid, fit]) => (fit.kind === "proposed" ? [[instMid, fit.ladder]] : [])),
  );
  const drawn = drawRefunds(mix, refunds, createRandom(seed + 1));
  const tried = faultShares.flatMap((faults) => {
    const answers = answersOf(mix, faults, seed + 2);
    const byOurs = (ladders: Ladders) => {
      const random = createRandom(seed + 3);
      return delayStats(drawn.map((refund) => followByService(refund, { ladders, answers, random })));
    };
    return [
      { schedule: today, faults, stats: byOurs(defaultLadders) },
      { schedule: fitted, faults, stats: byOurs({ ...defaultLadders, byProduct }) },
      ...peers.map((peer) => ({
        schedule: peer.name,
        faults,
        stats: delayStats(drawn.map((refund) => followByPeer(refund, { peer, answers }))),
      })),
    ];
  });
  return { mix, fits, tried };
}

/** What stands on record of refunds that were checked by the ladder of today. */
export function recordHistory(mix: Mix, seed: number, count: number): Refund[] {
  const random = createRandom(seed + 4);
  const context = { ladders: defaultLadders, answers: answersOf(mix, historyFaults, seed + 5), random };
  return drawRefunds(mix, count, random).map((refund) => followByService(refund, context).refund);
}

/** Fits as an operator would: to the records of other refunds. */
function fitToHistory(mix: Mix, seed: number, count: number): Map<string, LadderFit> {
  const records = recordHistory(mix, seed, count);
  return new Map(
    mix.channels.map(({ instMid }) => {
      const its = records.filter((refund) => refund.instMid === instMid);
      const ages = its.flatMap((refund) => settleAgeOf(refund, defaultLadders.open) ?? []);
      return [instMid, fitLadder(ages, { inUse: defaultLadders.open, common: defaultLadders.open })];
    }),
  );
}

/** An answer to all but a share of the questions, and to none in an outage. */
function answersOf(mix: Mix, faults: number, seed: number): Answers {
  const random = createRandom(seed);
  return {
    at: (at) => random() >= faults && answersAt(mix, at) === at,
    knowableAt: (finalAt) => answersAt(mix, finalAt),
  };
}

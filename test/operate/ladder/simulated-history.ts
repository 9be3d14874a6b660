import type { Mix } from "../../../bench/delay/mix.ts";
import { recordHistory } from "../../../bench/delay/try-mix.ts";
import { fitLadder, type LadderFit } from "../../../operate/ladder/fit-ladder.ts";
import { type SettleAge, settleAgeOf } from "../../../operate/ladder/settle-age.ts";
import { defaultLadders, type Ladder } from "../../../shared/refund/recheck-ladder.ts";
import { dayMs, hourMs, minuteMs } from "../../support/refunds.ts";

export const common = defaultLadders.open;

type Settles = Mix["channels"][number]["settles"];

/** Refunds of one channel, over four weeks. */
export function mixOf(settles: Settles): Mix {
  return {
    name: "test",
    about: "",
    over: 28 * dayMs,
    channels: [{ instMid: "APPDEFAULT", share: 1, settles }],
    outages: [],
  };
}

/** Channels that no mix of the bench has. */
export const unseen: Readonly<Record<string, Mix>> = {
  "a channel of hours": mixOf([{ share: 1, median: 5 * hourMs, spread: 1.1 }]),
  "a batch each working day at ten": mixOf([
    { share: 0.8, workingDays: [0.9, 0.1], from: 10 * hourMs, to: 11 * hourMs },
    { share: 0.2, median: 8 * minuteMs, spread: 0.7 },
  ]),
};

/** What the records of so many refunds tell, checked by today's ladder. */
export function agesOf(mix: Mix, seed: number, count: number): SettleAge[] {
  return recordHistory(mix, seed, count).flatMap((refund) => settleAgeOf(refund, common) ?? []);
}

export function fitTo(ages: readonly SettleAge[], inUse: Ladder = common): LadderFit {
  return fitLadder(ages, { inUse, common });
}

import { readFileSync } from "node:fs";
import * as z from "zod";
import { parseLadder, totalMs } from "../../shared/refund/recheck-ladder.ts";

const wait = z.string().transform((text) => totalMs(parseLadder(text)));
const share = z.number().min(0).max(1);

/** After a time whose logarithm is normal: half of them by `median`. */
const lognormal = z.strictObject({ share, median: wait, spread: z.number().positive() });
/** On a working day after the refund, between two hours of the day: the shares of the first, the second and so on. */
const workingDays = z.strictObject({ share, workingDays: z.array(share).nonempty(), from: wait, to: wait });

const mixSchema = z.strictObject({
  name: z.string(),
  about: z.string(),
  /** Refunds are made evenly over so long. It begins on a Monday at midnight in Beijing. */
  over: wait,
  channels: z.array(
    z.strictObject({ instMid: z.string(), share, settles: z.array(z.union([lognormal, workingDays])).nonempty() }),
  ),
  /** When ChinaUMS answers nobody. */
  outages: z.array(z.strictObject({ from: wait, for: wait })).default([]),
});

/** How the refunds of a merchant settle, channel by channel. */
export type Mix = z.output<typeof mixSchema>;
type Settle = Mix["channels"][number]["settles"][number];

/** A refund as it really is: made at an instant, and final so long afterwards, both in ms. */
export type TrueRefund = { readonly instMid: string; readonly madeAt: number; readonly settleMs: number };

export function readMix(file: string | URL): Mix {
  return mixSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** Refunds of a mix, in the order in which they were made. */
export function drawRefunds(mix: Mix, count: number, random: () => number): TrueRefund[] {
  return Array.from({ length: count }, (_, i) => {
    const madeAt = Math.floor((mix.over * (i + random())) / count);
    const channel = pick(mix.channels, random);
    const settle = pick(channel.settles, random);
    return { instMid: channel.instMid, madeAt, settleMs: Math.max(1, Math.round(settleMs(settle, madeAt, random))) };
  });
}

/** When ChinaUMS answers next: `at` itself, or the end of the outage that it is in. */
export function answersAt({ outages }: Mix, at: number): number {
  const outage = outages.find(({ from, for: lasts }) => at >= from && at < from + lasts);
  return outage === undefined ? at : outage.from + outage.for;
}

const dayMs = 86_400_000;

function settleMs(settle: Settle, madeAt: number, random: () => number): number {
  if ("median" in settle) return settle.median * Math.exp(settle.spread * normal(random));
  const nth = settle.workingDays.map((ofDay, i) => ({ share: ofDay, days: i + 1 }));
  let day = Math.floor(madeAt / dayMs);
  for (let left = pick(nth, random).days; left > 0; ) {
    day++;
    if (day % 7 < 5) left--;
  }
  return day * dayMs + settle.from + (settle.to - settle.from) * random() - madeAt;
}

function pick<Some extends { readonly share: number }>(some: readonly Some[], random: () => number): Some {
  let left = random() * some.reduce((sum, one) => sum + one.share, 0);
  const found = some.find((one) => {
    left -= one.share;
    return left < 0;
  });
  return (found ?? some.at(-1)) as Some;
}

/** By the method of Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

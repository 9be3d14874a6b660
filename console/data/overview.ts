import type { RecordedRefund } from "../../operate/recorded-refund.ts";
import { type Need, needOf, needsPerson } from "../../shared/refund/needs-person.ts";
import { readingWord } from "../../shared/refund/reading-word.ts";
import type { Refund } from "../../shared/refund/refund.ts";

/** What the open refunds are like, all together. */
export type Overview = {
  readonly open: number;
  readonly byState: ReadonlyMap<Refund["state"], number>;
  /** Most frequent first. */
  readonly byReading: readonly (readonly [word: string, count: number])[];
  readonly oldest: Refund | undefined;
  readonly due: number;
  /** How long the refund that is due longest has waited, in ms. */
  readonly lagMs: number;
  readonly untold: number;
  readonly acknowledged: number;
  /** Those that need a person now, oldest first. */
  readonly needing: readonly { readonly refund: Refund; readonly need: Need }[];
  readonly unreadable: readonly RecordedRefund[];
};

/** Sums up the open refunds as they are at `now`, epoch ms. */
export function overviewOf(recorded: readonly RecordedRefund[], now: number): Overview {
  const refunds = recorded.flatMap((one) => (one.kind === "readable" ? [one.refund] : []));
  const oldestFirst = refunds.toSorted((a, b) => a.firstSeenAt - b.firstSeenAt);
  const lags = refunds.flatMap(({ dueAt }) => (dueAt !== undefined && dueAt <= now ? [now - dueAt] : []));
  return {
    open: recorded.length,
    byState: new Map(counted(refunds.map(({ state }) => state))),
    byReading: counted(refunds.map(({ reading }) => (reading === undefined ? "–" : readingWord(reading)))),
    oldest: oldestFirst.find(({ state }) => state === "pending"),
    due: lags.length,
    lagMs: Math.max(0, ...lags),
    untold: refunds.filter(({ untold }) => untold !== undefined).length,
    acknowledged: refunds.filter((refund) => needOf(refund, now) !== undefined && !needsPerson(refund, now)).length,
    needing: oldestFirst.flatMap((refund) => {
      const need = needOf(refund, now);
      return need !== undefined && needsPerson(refund, now) ? [{ refund, need }] : [];
    }),
    unreadable: recorded.filter(({ kind }) => kind === "unreadable"),
  };
}

function counted<Word>(words: readonly Word[]): (readonly [Word, number])[] {
  const counts = new Map<Word, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

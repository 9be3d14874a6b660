import type { Ladder } from "../../shared/refund/recheck-ladder.ts";
import { estimateAges } from "./age-distribution.ts";
import { chooseLadder } from "./choose-ladder.ts";
import { type ExpectedWait, expectedWait } from "./expected-wait.ts";
import { holdOut, parts } from "./held-out.ts";
import { costsOf, type LadderCost } from "./ladder-cost.ts";
import type { SettleAge } from "./settle-age.ts";

/** As few refunds that became final say something of their product. */
export const enoughSettled = 600;
/** Questions are kept below today's by so much, because the estimate may be wrong by as much. */
const budget = 0.95;
/** With 95 % confidence, a proposal must be so much sooner to be worth a change, and must not cost more questions. */
const worthwhile = 0.95;
const confidence = 1.96;

/** What one ladder has as a part of what another has, and between which bounds that lies with 95 % confidence. */
export type Ratio = { readonly ratio: number; readonly low: number; readonly high: number };

export type Comparison = {
  readonly heldOut: number;
  readonly today: LadderCost;
  readonly fitted: LadderCost;
  readonly delay: Ratio;
  readonly questions: Ratio;
};

export type LadderFit = { readonly settled: number; readonly open: number } & (
  | { readonly kind: "too_few" }
  | {
      /** `kept`: today's ladder is as good as what could be found, or nearly. */
      readonly kind: "proposed" | "kept";
      readonly ladder: Ladder;
      readonly comparison: Comparison;
      /** Absent where held-out refunds do not bear it out. */
      readonly expected: ExpectedWait | undefined;
    }
);

/** The ladder that a product has now, and the one of all products without their own, which says how many questions are wanted. */
export type LaddersOfToday = { readonly inUse: Ladder; readonly common: Ladder };

/** What the settle ages of one product's refunds, oldest refund first, propose in place of the ladder that it has. */
export function fitLadder(ages: readonly SettleAge[], { inUse, common }: LaddersOfToday): LadderFit {
  const settled = ages.filter(({ byMs }) => byMs !== Number.POSITIVE_INFINITY).length;
  const counts = { settled, open: ages.length - settled };
  if (settled < enoughSettled) return { ...counts, kind: "too_few" };
  const { heldOut, others } = holdOut(ages, parts - 1);
  const fitted = estimateAges(others);
  const ladder = chooseLadder(fitted, costsOf(fitted, common).ofAll().questions * budget, common);
  const comparison = compare(heldOut, inUse, ladder);
  const isWorthwhile = comparison.delay.high <= worthwhile && comparison.questions.low <= 1;
  const kind = isWorthwhile ? "proposed" : "kept";
  return { ...counts, kind, ladder, comparison, expected: expectedWait(ages) };
}

/**
 * What two ladders cost the same refunds. Where in its interval a refund became final is not known, so its cost is the mean over the
 * interval, by how the ages of all of these are spread.
 */
function compare(refunds: readonly SettleAge[], today: Ladder, fitted: Ladder): Comparison {
  const ages = estimateAges(refunds);
  const costs = (ladder: Ladder) => refunds.map(costsOf(ages, ladder).of);
  const [before, after] = [costs(today), costs(fitted)];
  return {
    heldOut: refunds.length,
    today: meanOf(before),
    fitted: meanOf(after),
    delay: ratioOf(before, after, ({ delayMs }) => delayMs),
    questions: ratioOf(before, after, ({ questions }) => questions),
  };
}

/** The error of a ratio of two means over the same refunds, to the first order. */
function ratioOf(before: readonly LadderCost[], after: readonly LadderCost[], of: (cost: LadderCost) => number): Ratio {
  const sumBefore = before.reduce((sum, cost) => sum + of(cost), 0);
  const ratio = after.reduce((sum, cost) => sum + of(cost), 0) / sumBefore;
  const squares = before.reduce((sum, cost, i) => sum + (of(after[i] ?? cost) - ratio * of(cost)) ** 2, 0);
  const error = (confidence * Math.sqrt(squares)) / sumBefore;
  return { ratio, low: Math.max(0, ratio - error), high: ratio + error };
}

function meanOf(costs: readonly LadderCost[]): LadderCost {
  const sum = (of: (cost: LadderCost) => number) => costs.reduce((total, cost) => total + of(cost), 0);
  return {
    questions: sum(({ questions }) => questions) / costs.length,
    delayMs: sum(({ delayMs }) => delayMs) / costs.length,
  };
}

/** The waits between checks, in ms, first to last. */
export type Ladder = readonly number[];

export type Ladders = {
  /** For refunds that exist but are not final. */
  readonly open: Ladder;
  /** The same for the products that have one of their own, by `instMid`. */
  readonly byProduct: Readonly<Record<string, Ladder>>;
  /** For refunds that upstream does not know; it is sparser. */
  readonly notFound: Ladder;
};

export const defaultOpenLadder = "1m*5 5m 10m 20m 30m 1h 2h*2 4h*5 6h*8 12h*10";
export const defaultNotFoundLadder = "1m 5m 30m 2h 6h 12h 24h";

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const maxStepMs = 30 * unitMs.d;
const maxSteps = 1_000;

/**
 * Reads a ladder such as `1m*5 5m 10m 1h`: waits of seconds, minutes, hours or days, each perhaps repeated.
 * @throws {RangeError} naming every step that cannot be read; a ladder has 1 to 1000 steps of 1 s to 30 d.
 */
export function parseLadder(text: string): Ladder {
  const wrong: string[] = [];
  const ladder: number[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const [, amount, unit, times] = /^(\d{1,6})([smhd])(?:\*(\d{1,4}))?$/.exec(word) ?? [];
    const stepMs = Number(amount) * unitMs[unit as keyof typeof unitMs];
    const repeats = Number(times ?? 1);
    if (stepMs >= unitMs.s && stepMs <= maxStepMs && repeats >= 1) {
      for (let i = 0; i < repeats && ladder.length <= maxSteps; i++) ladder.push(stepMs);
    } else {
      wrong.push(word);
    }
  }
  if (wrong.length > 0) {
    throw new RangeError(
      `not a step of a ladder: ${wrong.join(", ")} (a step is 1s to 30d, such as 30s, 5m or 12h*10)`,
    );
  }
  if (ladder.length === 0 || ladder.length > maxSteps) {
    throw new RangeError(`a ladder has 1 to ${maxSteps} steps, this one has ${ladder.length === 0 ? "none" : "more"}`);
  }
  return ladder;
}

/** Ladders by product, as settings and environments have them. @throws {RangeError} as `parseLadder` does */
export function parseLadders(texts: Readonly<Record<string, string>>): Ladders["byProduct"] {
  return Object.fromEntries(Object.entries(texts).map(([instMid, text]) => [instMid, parseLadder(text)]));
}

/** Single waits by product, in ms, each written as a ladder of one step. @throws {RangeError} as `parseLadder` does */
export function parseWaits(texts: Readonly<Record<string, string>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(texts).map(([instMid, text]) => [instMid, totalMs(parseLadder(text))]));
}

/** Marked as pure, because the functions have theirs from the environment and their bundles leave these out. */
export const defaultLadders: Ladders = {
  open: /* @__PURE__ */ parseLadder(defaultOpenLadder),
  byProduct: {},
  notFound: /* @__PURE__ */ parseLadder(defaultNotFoundLadder),
};

/** The ladder of refunds of a product that exist but are not final. */
export function openLadderOf({ open, byProduct }: Ladders, instMid: string): Ladder {
  // A partner names the product, and `constructor` is none.
  return (Object.hasOwn(byProduct, instMid) ? byProduct[instMid] : undefined) ?? open;
}

/**
 * Every wait is 5 to 15 % shorter than its step, so that refunds made in one batch do not come due in one batch for a week.
 * It is never longer, because a step is the longest that a partner waits for the truth; the rest is room for quick retries.
 */
const shortened = { least: 0.05, most: 0.15 } as const;
/** A wait that is already planned may have lost the time that its check took. */
const goodEnough = 0.75;

/** A wait of a step, by chance 5 to 15 % shorter. */
export function withJitter(waitMs: number, random: () => number): number {
  return Math.round(waitMs * (1 - shortened.most + (shortened.most - shortened.least) * random()));
}

/** True if a check planned in `ms` may as well stand for a wait of `waitMs`. */
export function isAsGoodAs(ms: number, waitMs: number): boolean {
  return ms >= waitMs * goodEnough && ms <= waitMs * (1 - shortened.least);
}

/** How long all steps of a ladder take together, in ms. */
export function totalMs(ladder: Ladder): number {
  return ladder.reduce((sum, stepMs) => sum + stepMs, 0);
}

/** True if checks that began when the refund was seen first have had a ladder's time, jitter allowed for. */
export function isTimeUp(ladder: Ladder, ageMs: number): boolean {
  return ageMs >= totalMs(ladder) * (1 - shortened.most);
}

/** The step of a ladder that somebody who checks by age alone is on; the last one after its end. */
export function stepAtAge(ladder: Ladder, ageMs: number): number {
  let sum = 0;
  for (const stepMs of ladder) {
    sum += stepMs;
    if (ageMs < sum) return stepMs;
  }
  return ladder.at(-1) ?? 0;
}

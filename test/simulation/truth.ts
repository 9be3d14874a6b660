import { between, magnitude, pick, type Random } from "./random.ts";

export type Outcome = "SUCCESS" | "FAIL";

/** What ChinaUMS knows of one refund. Instants are epoch ms; Infinity is never. */
export type Truth = {
  readonly id: string;
  readonly mid: string;
  readonly instMid: string;
  readonly merOrderId: string;
  readonly tid: string;
  readonly paymentOrderId: string;
  readonly firstAskedAt: number;
  knownFrom: number;
  settlesAt: number;
  readonly outcome: Outcome;
  /** From then on the other outcome is told, as if the first had been a mistake. */
  readonly turnsAt: number;
  /** What is told before it settles. */
  readonly before: "PROCESSING" | "UNKNOWN";
  /** How the answer says which refund it is about. */
  readonly numbers: "as usual" | "swapped" | "message number" | "without terminal";
  readonly wrongTid: "NO_ORDER" | "BAD_REQUEST" | "other terminal";
};

export const mids = ["898310148160501", "898310148160502", "898310148160503"] as const;
export const products = ["APPDEFAULT", "MINIDEFAULT"] as const;

export function refundId({ mid, instMid, merOrderId }: Pick<Truth, "mid" | "instMid" | "merOrderId">): string {
  return `${mid}#${instMid}#${merOrderId}`;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Refunds that partners will ask about between two instants, in batches as merchants make them. */
export function createTruths(random: Random, count: number, from: number, until: number, canTurn: boolean): Truth[] {
  const truths = new Map<string, Truth>();
  const batchEnds = pick(random, [0.4, 0.05]);
  let firstAskedAt = from;
  while (truths.size < count) {
    if (truths.size === 0 || random() < batchEnds) firstAskedAt = between(random, from, until);
    const truth = createTruth(random, firstAskedAt + magnitude(random, 1, 60_000), truths.size, canTurn);
    truths.set(truth.id, truth);
  }
  return [...truths.values()];
}

function createTruth(random: Random, firstAskedAt: number, n: number, canTurn: boolean): Truth {
  const mid = pick(random, mids);
  const instMid = pick(random, products);
  // Some numbers are used by several merchants, or for several products of one.
  const merOrderId = `REFUND-${String(random() < 0.3 ? between(random, 0, n + 1) : n).padStart(5, "0")}`;
  const exists = random() < 0.93;
  // Most are known at once; some so late that they have been left to people as unknown.
  const knownAfterMs = pick(random, [
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    magnitude(random, minuteMs, dayMs),
    between(random, 0, 6 * dayMs),
  ]);
  const knownFrom = exists ? firstAskedAt + knownAfterMs : Infinity;
  const settlesAfterMs = pick(random, [
    0,
    magnitude(random, minuteMs, 30 * minuteMs),
    magnitude(random, minuteMs, 12 * 60 * minuteMs),
    magnitude(random, 60 * minuteMs, 8 * dayMs),
    random() < 0.3 ? Infinity : magnitude(random, minuteMs, 3 * dayMs),
  ]);
  const settlesAt = knownFrom + settlesAfterMs;
  return {
    id: refundId({ mid, instMid, merOrderId }),
    mid,
    instMid,
    merOrderId,
    tid: `8888000${between(random, 1, 4)}`,
    paymentOrderId: `PAYMENT-${n}`,
    firstAskedAt,
    knownFrom,
    settlesAt,
    outcome: random() < 0.8 ? "SUCCESS" : "FAIL",
    turnsAt: canTurn && random() < 0.3 ? settlesAt + magnitude(random, minuteMs, dayMs) : Infinity,
    before: random() < 0.85 ? "PROCESSING" : "UNKNOWN",
    numbers: pick(random, ["as usual", "as usual", "swapped", "message number", "without terminal"]),
    wrongTid: pick(random, ["NO_ORDER", "BAD_REQUEST", "other terminal"]),
  };
}

/** Somebody at ChinaUMS looks into a refund that has been open for long, and puts it right. */
export function putRight(truth: Truth, at: number): void {
  truth.knownFrom = Math.min(truth.knownFrom, at);
  truth.settlesAt = Math.min(truth.settlesAt, at);
}

export function isSettled(truth: Truth, now: number): boolean {
  return now >= truth.settlesAt;
}

/** The word for a refund at an instant. */
export function wordOf(truth: Truth, now: number): Outcome | Truth["before"] {
  if (!isSettled(truth, now)) return truth.before;
  if (now < truth.turnsAt) return truth.outcome;
  return otherOutcome(truth.outcome);
}

export function otherOutcome(outcome: Outcome): Outcome {
  return outcome === "SUCCESS" ? "FAIL" : "SUCCESS";
}

import { type FaultKind, faultKinds, faultShares } from "./faults.ts";
import { checkLiveness } from "./liveness.ts";
import { createRandom, type Random } from "./random.ts";
import { createScheduler } from "./scheduler.ts";
import { createSystem } from "./system.ts";
import { createTrace, type Violation, type World } from "./world.ts";

/** What decides all of one simulated history. */
export type HistoryOptions = {
  readonly seed: number;
  readonly refunds: number;
  /** Days in which partners begin to ask and faults happen; some days without faults follow. */
  readonly days: number;
  /** The rate of faults, 0 to 1. */
  readonly faults: number;
  /** The kinds of faults that may come; by default the seed chooses some. */
  readonly only?: readonly FaultKind[] | undefined;
};

export type HistoryResult = {
  readonly trace: string;
  readonly violations: readonly Violation[];
  readonly lastSteps: readonly string[];
  readonly kinds: readonly FaultKind[];
  readonly counts: Readonly<Record<string, number>>;
  readonly simulatedDays: number;
  readonly final: number;
  /** For each refund that could be proved final: how long it took until it was, in ms. */
  readonly delaysMs: readonly number[];
};

const start = Date.UTC(2026, 0, 5);
const dayMs = 86_400_000;
/** Without faults everything must come to its end in this time. */
const calmDays = 4;

/** Runs one history to its end, or to its first violation. Nothing but the options decides what happens in it. */
export async function runHistory(options: HistoryOptions): Promise<HistoryResult> {
  const random = createRandom(options.seed);
  const clock = createScheduler(start);
  const trace = createTrace(clock.now);
  const violations: Violation[] = [];
  const faultsUntil = start + options.days * dayMs;
  const shares = chooseShares(random, options.only);
  const world: World = {
    clock,
    random,
    has: (kind) => options.faults > 0 && shares.has(kind),
    rate: (kind) => (clock.now() < faultsUntil ? options.faults * (shares.get(kind) ?? 0) : 0),
    strikes: (kind) => random() < world.rate(kind),
    note: trace.note,
    violate(rule, what) {
      trace.note("VIOLATION", `${rule}: ${what}`);
      violations.push({ at: clock.now(), rule, what });
    },
  };
  // Hundreds of errors a second are part of a history, and their stacks would cost much of its time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const system = createSystem({ world, refunds: options.refunds, start, faultsUntil });
  await clock.run(faultsUntil + calmDays * dayMs, () => violations.length > 0);
  const delaysMs = violations.length > 0 ? [] : checkLiveness({ world, ...system });
  Error.stackTraceLimit = stackTraceLimit;
  const { truths, invariants } = system;
  return {
    trace: trace.digest(),
    violations,
    lastSteps: trace.lastSteps(),
    kinds: [...shares.keys()],
    counts: trace.counts(),
    simulatedDays: (clock.now() - start) / dayMs,
    final: truths.filter(({ id }) => invariants.finalSince(id) !== undefined).length,
    delaysMs,
  };
}

/** Not every kind comes in every history, because some hide what others would show. */
function chooseShares(random: Random, only: HistoryOptions["only"]): Map<FaultKind, number> {
  const chosen = new Map<FaultKind, number>();
  for (const kind of faultKinds) {
    const [isChosen, weight] = [random() < 0.7, 0.3 + 1.7 * random()];
    if (only === undefined ? isChosen : only.includes(kind)) chosen.set(kind, faultShares[kind] * weight);
  }
  return chosen;
}

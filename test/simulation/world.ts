import { createHash } from "node:crypto";
import type { FaultKind } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

/** What must never be, and was. */
export type Violation = { readonly at: number; readonly rule: string; readonly what: string };

/** What everything in one simulation shares. */
export type World = {
  readonly clock: Scheduler;
  readonly random: Random;
  /** True if faults of this kind come in this history at all. */
  has(kind: FaultKind): boolean;
  /** How often a fault comes just now, from 0 to 1. */
  rate(kind: FaultKind): number;
  /** True, by chance, as often as the fault comes. */
  strikes(kind: FaultKind): boolean;
  /** Tells what happened; it is part of the trace. */
  note(kind: string, what: string): void;
  violate(rule: string, what: string): void;
};

/** Says that a rule is broken where something is not true. */
export type Hold = (isTrue: boolean, rule: string) => void;

/** Holds something to rules; `what` tells of it where one is broken. */
export function holding(world: Pick<World, "violate">, what: () => string): Hold {
  return (isTrue, rule) => {
    if (!isTrue) world.violate(rule, what());
  };
}

const keptSteps = 60;
/** A digest takes many small pieces slowly. */
const digestedAtOnce = 50;

/** What has happened so far: a digest of all, counts by kind, and the last steps in words. */
export function createTrace(now: () => number) {
  const digest = createHash("sha256");
  const counts = new Map<string, number>();
  const last: string[] = [];
  let lines: string[] = [];
  const flush = () => {
    digest.update(lines.join("\n"));
    lines = [];
  };
  return {
    note(kind: string, what: string): void {
      const line = `${new Date(now()).toISOString()} ${kind}: ${what}`;
      if (lines.push(line) > digestedAtOnce) flush();
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      last.push(line);
      if (last.length > 2 * keptSteps) last.splice(0, keptSteps);
    },
    counts: (): Record<string, number> => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    lastSteps: () => last.slice(-keptSteps),
    digest: () => {
      flush();
      return digest.digest("hex");
    },
  };
}

import type { Handler } from "./instances.ts";
import type { Invariants } from "./invariants.ts";
import type { Change } from "./observed-table.ts";
import type { Process } from "./process.ts";
import { isFinalRow } from "./refund-history.ts";
import type { World } from "./world.ts";

type Done = { readonly proved: Set<string>; settled: number; refusals: number };
/** What handlers give back, as far as it tells how the work went. */
type Summary = {
  readonly statusCode?: number;
  readonly settled?: number;
  readonly failed?: number;
  readonly spared?: number;
  readonly taken?: boolean;
  readonly stoppedByRefusal?: boolean;
  readonly outOfTime?: boolean;
};

/** More than the index is ever behind the table. */
const indexLagMs = 10_000;
/** A sweep that is refused so often in a row asks no more, but for what is under way. */
const maxRefusals = 3;

/** The rules about whole invocations: proof that has come is not lost on the way, and a sweep tells what it has done. */
export function createWork(world: World, invariants: Invariants) {
  const underWay = new Map<string, Done>();
  /** Those that could not renew their right to sweep, so that another may have it while they end. */
  const troubled = new WeakSet<Process>();

  return {
    /** Proof has come to a process. */
    onProof: (id: string, process: string) => underWay.get(process)?.proved.add(id),
    /** A write of a process has met trouble. */
    onTrouble: (process: Process) => void troubled.add(process),

    /** A question has been answered, with a refusal of our credentials or not. */
    onRefused(process: Process, isRefused: boolean, concurrency: number): void {
      const work = underWay.get(process.name);
      if (work === undefined) return;
      work.refusals = isRefused ? work.refusals + 1 : 0;
      // Three of one merchant and one of another, those that are under way, and each asked once more with a new proof.
      const most = 2 * (maxRefusals + 1 + concurrency);
      if (work.refusals > most)
        world.violate("a sweep that is refused asks no further", `${process.name} ${work.refusals}`);
    },

    /** A process asks while others of its group do. */
    checkUnderWay(process: Process, inFlight: readonly Process[], concurrency: number): void {
      const mayAsk = (one: Process) => one.wasFrozen() || troubled.has(one);
      const asking = inFlight.filter((one) => !mayAsk(one));
      const who = [...asking, process].map(({ name }) => name);
      if (asking.length >= concurrency && !mayAsk(process))
        world.violate("a group has no more questions under way than agreed", `${who} of ${concurrency}`);
    },

    onWrite(changes: readonly Change[], writer: string): void {
      const work = underWay.get(writer);
      if (work === undefined) return;
      work.settled += changes.filter(
        ({ sk, before, after }) => sk === "STATE" && isFinalRow(after) && !isFinalRow(before),
      ).length;
    },

    /** A handler whose work is judged when it has ended in good order. */
    watched<Answer extends object>(process: Process, handler: Handler<Answer>): Handler<Answer> {
      return async (event, context) => {
        const work: Done = { proved: new Set(), settled: 0, refusals: 0 };
        underWay.set(process.name, work);
        troubled.delete(process);
        const answer = await handler(event, context);
        const { statusCode = 200, settled = work.settled, failed = 0 } = answer as Summary;
        if (statusCode < 500 && failed === 0) {
          for (const id of work.proved) {
            const row = invariants.latest(id);
            const isKnown = isFinalRow(row) || /^newer/.test(String(row?.state));
            if (!isKnown) world.violate("proof that has come is kept", `${id} by ${process.name}`);
          }
        }
        const { taken = true, spared = 0, stoppedByRefusal, outOfTime } = answer as Summary;
        const isWhole = !taken && !stoppedByRefusal && !outOfTime && failed === 0 && spared === 0;
        if (isWhole && !process.wasFrozen() && !troubled.has(process)) {
          const { shards = [] } = event as { shards?: readonly string[] };
          const left = invariants.leftDue(shards, process.invokedAt() - indexLagMs);
          if (left.length > 0) world.violate("a sweep goes on until nothing is due", `${process.name}: ${left}`);
        }
        const isTold = settled <= work.settled && work.settled - settled <= failed;
        const told = `${process.name}: ${JSON.stringify(answer)}, and ${work.settled} settled`;
        if (!isTold) world.violate("a sweep tells what it has done", told);
        return answer;
      };
    },
  };
}

export type Work = ReturnType<typeof createWork>;

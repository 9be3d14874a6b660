import type { Handler } from "./instances.ts";
import { type Invariants, isFinalRow } from "./invariants.ts";
import type { Change } from "./observed-table.ts";
import type { Process } from "./process.ts";
import type { World } from "./world.ts";

type Work = { readonly proved: Set<string>; settled: number };
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

/** The rules about whole invocations: proof that has come is not lost on the way, and a sweep tells what it has done. */
export function createWork(world: World, invariants: Invariants, hadTrouble: (process: Process) => boolean) {
  const underWay = new Map<string, Work>();

  return {
    /** Proof has come to a process. */
    onProof: (id: string, process: string) => underWay.get(process)?.proved.add(id),

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
        const work: Work = { proved: new Set(), settled: 0 };
        underWay.set(process.name, work);
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
        if (isWhole && !process.wasFrozen() && !hadTrouble(process)) {
          const { shards = [] } = event as { shards?: readonly string[] };
          const left = invariants.leftDue(shards, process.invokedAt() - indexLagMs);
          if (left.length > 0) world.violate("a sweep goes on until nothing is due", `${process.name}: ${left}`);
        }
        const isTold = settled <= work.settled && work.settled - settled <= failed;
        if (!isTold)
          world.violate(
            "a sweep tells what it has done",
            `${process.name}: ${JSON.stringify(answer)}, and ${work.settled} settled`,
          );
        return answer;
      };
    },
  };
}

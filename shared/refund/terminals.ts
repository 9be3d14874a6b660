import type { Reading } from "./reading.ts";
import type { Refund } from "./refund.ts";

/** So many terminal numbers of one refund are kept. More than two are typing mistakes, and each may cost a question. */
const maxAskedTids = 4;

/** The terminal numbers to ask with, best first: the confirmed one, else the newest, then all others asked with. */
export function terminalsToTry({ confirmedTid, tid, askedTids }: Refund): readonly [string, ...string[]] {
  const best = confirmedTid ?? tid;
  const others = new Set([tid, ...askedTids].filter((other) => other !== best));
  return [best, ...[...others].slice(0, maxAskedTids)];
}

/**
 * The terminal numbers that a refund keeps beside its confirmed one, best first. The one that was confirmed before is among
 * them, because the answer that confirmed another may have been wrong.
 */
export function terminalsBeside(confirmedTid: string | undefined, refund: Refund): readonly string[] {
  return terminalsToTry(refund)
    .filter((tid) => tid !== confirmedTid)
    .slice(0, maxAskedTids);
}

/** True if the answer may be due to the terminal number alone, so that another number is worth a try. */
export function mayBeWrongTerminal(reading: Reading): boolean {
  return (
    reading.kind === "mismatch" ||
    reading.kind === "not_found" ||
    (reading.kind === "blocked" && reading.by === "request")
  );
}

/** True if ChinaUMS has spoken of this very refund, so that it exists, and exists under the terminal asked with. */
export function provesExistence(reading: Reading): boolean {
  return (
    reading.kind === "settled" ||
    reading.kind === "processing" ||
    (reading.kind === "unclear" && reading.cause === "unknown")
  );
}

/** The asked terminal numbers with the newest one first, and no more than are kept. */
export function withAskedTid(askedTids: readonly string[], tid: string): readonly string[] {
  return [tid, ...askedTids.filter((other) => other !== tid)].slice(0, maxAskedTids);
}

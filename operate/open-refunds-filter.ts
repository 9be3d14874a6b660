import { readingWord } from "../shared/refund/reading-word.ts";
import { isFinal, type Refund } from "../shared/refund/refund.ts";
import type { RecordedRefund } from "./recorded-refund.ts";

/** Which open refunds are wanted; all of them where nothing is said. */
export type OpenRefundsFilter = {
  /** A state, a reading or its kind, or `untold`. A reading counts in every state that is not final. */
  readonly state?: string | undefined;
  readonly partner?: string | undefined;
  readonly mid?: string | undefined;
  /** Only those that are to be checked or told by now. */
  readonly isDue?: boolean | undefined;
  /** Only those that were first seen so long ago, in ms. */
  readonly olderThanMs?: number | undefined;
};

/** Whether a refund is wanted at `now`, epoch ms. An unreadable one may be in any state, so only its merchant can exclude it. */
export function isWanted(recorded: RecordedRefund, filter: OpenRefundsFilter, now: number): boolean {
  const { partner, mid, olderThanMs = 0, isDue = false } = filter;
  if (mid !== undefined && recorded.refund.mid !== mid) return false;
  if (recorded.kind === "unreadable") return true;
  const { refund } = recorded;
  if (partner !== undefined && !refund.partners.includes(partner)) return false;
  if (isDue && refund.untold === undefined && (refund.dueAt ?? Number.POSITIVE_INFINITY) > now) return false;
  return now - refund.firstSeenAt >= olderThanMs && isOfState(refund, filter.state);
}

function isOfState({ state: its, reading, untold, dueAt }: Refund, state: string | undefined): boolean {
  if (state === "untold") return untold !== undefined;
  if (isFinal(its)) return state === undefined && dueAt !== undefined;
  if (state === undefined || its === state) return true;
  return reading !== undefined && (reading.kind === state || readingWord(reading) === state);
}

import type { Ladder } from "../../shared/refund/recheck-ladder.ts";
import { isFinal, type Refund } from "../../shared/refund/refund.ts";

/**
 * How old a refund was when it became final, in ms from when it was first seen: more than `afterMs`, when a check found it open,
 * and `byMs` at the most, when a check found it final. `byMs` is infinite for one that is still open.
 */
export type SettleAge = { readonly afterMs: number; readonly byMs: number };

/**
 * What a refund on record tells of its settle age. Undefined where that is nothing: it was final when it was first checked, so no
 * ladder could do better or worse, or ChinaUMS has never known it. `ladder` is the one that it was checked by.
 */
export function settleAgeOf(refund: Refund, ladder: Ladder): SettleAge | undefined {
  const { firstSeenAt, checkedAt, state, attempts, confirmedTid } = refund;
  if (checkedAt === undefined || confirmedTid === undefined) return undefined;
  const byMs = checkedAt - firstSeenAt;
  if (!isFinal(state)) return { afterMs: openAgeOf(refund, ladder) ?? 0, byMs: Number.POSITIVE_INFINITY };
  const afterMs = openAgeOf(refund, ladder);
  if (afterMs === undefined && attempts <= 1) return undefined;
  return { afterMs: Math.min(afterMs ?? 0, byMs), byMs };
}

/** The last age at which a check found the refund open; undefined if none is known to have. */
function openAgeOf({ seenOpenAt, firstSeenAt, checkedAt, openRung }: Refund, ladder: Ladder): number | undefined {
  if (seenOpenAt !== undefined) return seenOpenAt - firstSeenAt;
  // A version that did not keep the instant counted the steps, and a step is the longest wait.
  const step = ladder[Math.min(openRung, ladder.length) - 1];
  return step === undefined || checkedAt === undefined ? undefined : Math.max(0, checkedAt - firstSeenAt - step);
}

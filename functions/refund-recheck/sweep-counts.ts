import type { Check } from "../../shared/refund/check.ts";
import { readingWord } from "../../shared/refund/reading-word.ts";
import { isFinal, type Refund } from "../../shared/refund/refund.ts";

/** What became of one refund in a sweep. */
export type Rechecked = {
  readonly before: Refund;
  readonly after: Refund;
  readonly check: Check;
  /** False where another writer came first, and `after` is what that one wrote. */
  readonly written: boolean;
};

/** A sweep in numbers. */
export type SweepCounts = {
  due: number;
  checked: number;
  settled: number;
  stillPending: number;
  /** Refunds whose ladder was used up by this check. */
  needsReview: number;
  /** Checks that another writer had overtaken. */
  superseded: number;
  /** Final refunds that an operator had verified. */
  verified: number;
  /** Verified refunds of which ChinaUMS now says something else than the record. */
  contradicted: number;
  /** Refunds left for a later sweep, because their merchant was refused too often in this one. */
  spared: number;
  /** Refunds whose check could not be made or written down; they are still due. */
  failed: number;
  /** Records that this version of the project cannot read. */
  unreadable: number;
  byReading: Record<string, number>;
  /** ms since the longest due entry of the group came due, whether or not this invocation swept it. */
  maxLagMs: number;
  /** ms since the oldest refund that stays pending was first seen; one in review has told a person already. */
  oldestPendingMs: number;
};

export function newSweepCounts(): SweepCounts {
  return {
    due: 0,
    checked: 0,
    settled: 0,
    stillPending: 0,
    needsReview: 0,
    superseded: 0,
    verified: 0,
    contradicted: 0,
    spared: 0,
    failed: 0,
    unreadable: 0,
    byReading: {},
    maxLagMs: 0,
    oldestPendingMs: 0,
  };
}

export function countChecked(counts: SweepCounts, refund: Refund, now: number): void {
  counts.checked++;
  counts.maxLagMs = Math.max(counts.maxLagMs, now - (refund.dueAt ?? now));
}

export function countRechecked(counts: SweepCounts, { before, after, check, written }: Rechecked, now: number): void {
  const word = readingWord(check.reading);
  counts.byReading[word] = (counts.byReading[word] ?? 0) + 1;
  if (after.state === "pending") counts.oldestPendingMs = Math.max(counts.oldestPendingMs, now - after.firstSeenAt);
  if (!written) counts.superseded++;
  else if (isFinal(after.state)) counts.settled++;
  else {
    counts.stillPending++;
    if (after.state === "needs_review" && before.state !== "needs_review") counts.needsReview++;
  }
}

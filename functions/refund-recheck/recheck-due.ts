import { type CheckUpstream, checkMs } from "../../shared/refund/question.ts";
import type { Outcome } from "../../shared/refund/reading.ts";
import type { Ladders } from "../../shared/refund/recheck-ladder.ts";
import type { RecheckStore } from "../../shared/refund/recheck-store.ts";
import { isFinal, type Refund } from "../../shared/refund/refund.ts";
import { settleCheck } from "../../shared/refund/settle-check.ts";
import { verifyOutcome } from "../../shared/refund/verification.ts";
import type { FaultListener } from "../fault-log.ts";
import { takeSweepLease } from "../sweep-lease.ts";
import { checkRefund, type ScheduledCheck } from "./check-refund.ts";
import { dueRefunds } from "./due-refunds.ts";
import { readAhead } from "./read-ahead.ts";
import { createRefusals, maxRefusals } from "./refusals.ts";
import { countChecked, countRechecked, newSweepCounts, type Rechecked, type SweepCounts } from "./sweep-counts.ts";
import { runWorkers } from "./worker-pool.ts";

export type RecheckDueDeps = {
  readonly store: RecheckStore;
  readonly checkUpstream: CheckUpstream;
  readonly ladders: Ladders;
  /** Questions that are upstream at once. */
  readonly concurrency: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly newOwner: () => string;
  readonly sleep: (ms: number) => Promise<void>;
};

export type SweepSummary = SweepCounts & {
  /** Another invocation is sweeping the group, so this one left. */
  readonly taken: boolean;
  /** Upstream refused us, and the rest was left for later. */
  readonly stoppedByRefusal: boolean;
  /** The time was up before all that was due had been checked. */
  readonly outOfTime: boolean;
};

/** What a sweep tells about while it goes on. */
export type SweepListener = FaultListener & {
  /** A check that was written or overtaken. */
  onRechecked(one: Rechecked): void;
};

/** Sweeps a group of shards until `endsAt` (epoch ms) at the latest. */
export type RecheckDue = (shards: readonly string[], endsAt: number, listener: SweepListener) => Promise<SweepSummary>;

/** One check and its writing; with less time left than this no other is begun. */
const oneCheckMs = 20_000;
/** A write that fails is tried again for so long; then the refund waits for the next sweep, and its slot is free again. */
const settleRetryMs = 10_000;
/** What must be left for giving the lease back and for logging. */
const closingMs = 500;
/** For so long only a few checks are under way at first: refusals come fast, and would otherwise cost a check a worker. */
const carefulMs = 1_000;

/**
 * Checks every refund of a group of shards that is due, until nothing is due any more or the time is nearly up. Each is
 * checked at most once a sweep, and the trouble of one does not touch the others.
 * @throws {UnavailableError} when the shards cannot be swept at all; refunds whose own check failed are counted, and still due
 */
export function createRecheckDue(deps: RecheckDueDeps): RecheckDue {
  const { store, now } = deps;

  return async (shards, endsAt, listener) => {
    const counts = newSweepCounts();
    const leftAlone = { taken: false, stoppedByRefusal: false, outOfTime: false };
    // Asked of every shard by every invocation, so that a backlog shows whoever is sweeping it.
    const oldest = await Promise.all(shards.map((shard) => store.oldestDueAt(shard, now())));
    const dueSince = oldest.filter((at) => at !== undefined);
    if (dueSince.length === 0) return { ...counts, ...leftAlone };
    counts.maxLagMs = now() - Math.min(...dueSince);
    const lease = await takeSweepLease(deps, shards.join(","), deps.newOwner());
    if (lease === undefined) return { ...counts, ...leftAlone, taken: true };
    try {
      const ended = await sweep(deps, { shards, endsAt, listener, counts, isHeld: lease.isHeld });
      return { ...counts, taken: false, ...ended };
    } finally {
      await lease.release().catch(() => undefined);
    }
  };
}

type Sweep = {
  readonly shards: readonly string[];
  readonly endsAt: number;
  readonly listener: SweepListener;
  readonly counts: SweepCounts;
  readonly isHeld: () => boolean;
};

async function sweep(
  deps: RecheckDueDeps,
  { shards, endsAt, listener, counts, isHeld }: Sweep,
): Promise<Pick<SweepSummary, "stoppedByRefusal" | "outOfTime">> {
  const { store, now, concurrency } = deps;
  const refusals = createRefusals();
  let outOfTime = false;
  const stopped = () => refusals.isTotal() || outOfTime || !isHeld();
  const onUnreadable = (key: string) => {
    counts.unreadable++;
    listener.onUnreadable(key);
  };
  const refunds = readAhead(dueRefunds({ store, shards, endsAt, now, stopped, onUnreadable }), concurrency);
  const { promise: allBegin, resolve: beginAll } = Promise.withResolvers<void>();

  async function take(): Promise<Refund | undefined> {
    for (;;) {
      outOfTime ||= now() + oneCheckMs > endsAt;
      const refund = stopped() ? undefined : await refunds.take();
      if (refund === undefined) {
        beginAll();
        return undefined;
      }
      counts.due++;
      if (!refusals.isSpared(refund.mid)) return refund;
      counts.spared++;
    }
  }

  async function check(refund: Refund): Promise<ScheduledCheck> {
    countChecked(counts, refund, now());
    const scheduled = await checkRefund(deps.checkUpstream, refund, Math.min(now() + checkMs, endsAt));
    if (!refusals.record(refund.mid, scheduled.check.reading)) beginAll();
    return scheduled;
  }

  async function settle(before: Refund, { check, asked }: ScheduledCheck): Promise<void> {
    const context = { asked, now: now(), random: deps.random, ladders: deps.ladders };
    const giveUpAt = Math.min(now() + settleRetryMs, endsAt - closingMs);
    const settled = await settleCheck({ ...deps, settle: store.settle }, before, check, context, giveUpAt);
    const rechecked = { before, after: settled.refund, check, written: settled.written };
    countRechecked(counts, rechecked, now());
    listener.onRechecked(rechecked);
  }

  async function verify(refund: Refund, outcome: Outcome, { check }: ScheduledCheck): Promise<void> {
    const verification = verifyOutcome(outcome, check, now());
    await store.recordVerification(refund, verification);
    counts.verified++;
    if (verification.contradicts) counts.contradicted++;
  }

  const orFailed = (refund: Refund) => (error: unknown) => {
    counts.failed++;
    listener.onFailed(refund, error);
    return undefined;
  };
  void deps.sleep(carefulMs).then(beginAll);
  try {
    await runWorkers({
      concurrency,
      firstWorkers: maxRefusals,
      allBegin,
      take,
      work: (refund) => check(refund).catch(orFailed(refund)),
      finish: (refund, scheduled) =>
        (isFinal(refund.state) ? verify(refund, refund.state, scheduled) : settle(refund, scheduled)).catch(
          orFailed(refund),
        ),
    });
  } finally {
    await refunds.close();
  }
  return { stoppedByRefusal: refusals.isRow(), outOfTime };
}

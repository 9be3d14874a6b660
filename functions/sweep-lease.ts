import type { SweepStore } from "../shared/refund/sweep-store.ts";

/** Ends within a minute of its holder's death, and outlives two renewals that come late. */
const leaseMs = 45_000;
const renewEveryMs = 15_000;

export type SweepLeaseDeps = {
  readonly store: Pick<SweepStore, "leaseSweep" | "renewSweep" | "releaseSweep">;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
};

/** The right to sweep one group of shards, which this invocation holds and renews. */
export interface SweepLease {
  /** False once the lease has run out or is somebody else's, as after a long freeze of the function. */
  isHeld(): boolean;
  release(): Promise<void>;
}

/**
 * Takes the right to sweep a group, or gives undefined where another invocation has it. One invocation a group at a time is
 * what bounds the questions that ChinaUMS has to bear.
 * @throws {UnavailableError} when the record is out of reach
 */
export async function takeSweepLease(
  deps: SweepLeaseDeps,
  group: string,
  owner: string,
): Promise<SweepLease | undefined> {
  const { store, now, sleep } = deps;
  let heldUntil = now() + leaseMs;
  let released = false;
  if (!(await store.leaseSweep(group, { owner, until: heldUntil }, now()))) return undefined;

  async function renew(): Promise<void> {
    for (;;) {
      await sleep(renewEveryMs);
      if (released) return;
      const until = now() + leaseMs;
      // A renewal that fails is tried again until the lease has run out.
      const renewed = await store.renewSweep(group, { owner, until }).catch(() => undefined);
      if (renewed === true) heldUntil = until;
      if (renewed === false) heldUntil = 0;
      if (now() >= heldUntil) return;
    }
  }
  void renew();

  return {
    isHeld: () => now() < heldUntil,
    async release() {
      released = true;
      await store.releaseSweep(group, owner);
    },
  };
}

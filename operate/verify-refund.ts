import type { Refund } from "../shared/refund/refund.ts";
import type { Verification } from "../shared/refund/verification.ts";

export type VerifyRefundDeps = {
  /** Has the next sweep check the refund once more. */
  readonly makeDue: (refund: Refund, now: number) => Promise<void>;
  /** What the audit trail of the refund holds. */
  readonly verificationsOf: (refund: Refund) => Promise<readonly Verification[]>;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly waitMs: number;
};

const pollMs = 500;

/**
 * Has a final refund checked once more, and waits for what ChinaUMS says now. Gives undefined if no sweep has written it
 * to the audit trail within `waitMs`.
 */
export function createVerifyRefund(deps: VerifyRefundDeps): (refund: Refund) => Promise<Verification | undefined> {
  return async (refund) => {
    // Compared with what was there, not with the time: this machine's clock is not the function's.
    const earlier = new Set((await deps.verificationsOf(refund)).map(({ at }) => at));
    await deps.makeDue(refund, deps.now());
    for (const giveUpAt = deps.now() + deps.waitMs; deps.now() < giveUpAt; await deps.sleep(pollMs)) {
      const made = (await deps.verificationsOf(refund)).find(({ at }) => !earlier.has(at));
      if (made !== undefined) return made;
    }
    return undefined;
  };
}

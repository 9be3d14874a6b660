import type { Check } from "./check.ts";
import type { CheckContext } from "./check-context.ts";
import { recordCheck } from "./record-check.ts";
import { isFinal, type Refund } from "./refund.ts";
import type { RefundStore, SettleResult } from "./refund-store.ts";
import { UnavailableError } from "./unavailable.ts";

const maxSuperseded = 3;
const retryMs = { first: 50, last: 1_000 } as const;

export type SettleCheckDeps = {
  readonly settle: RefundStore["settle"];
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
};

/**
 * Writes what a check has told, and returns what is on record afterwards and whether it is this check.
 *
 * Where another writer came first the record stands and this check is dropped: a query is safe to repeat. The one thing not
 * dropped is proof that the refund is final, which is true whatever was written meanwhile. While the record is in trouble
 * the write is tried again until `giveUpAt` (epoch ms), because the answer has cost a question.
 * @throws {UnavailableError} when the record stayed in trouble; the refund is then still due
 */
export async function settleCheck(
  deps: SettleCheckDeps,
  claimed: Refund,
  check: Check,
  context: CheckContext,
  giveUpAt: number,
): Promise<{ refund: Refund; written: boolean }> {
  let before = claimed;
  for (let superseded = 1; ; superseded++) {
    const after = recordCheck(before, check, context);
    const result = await settleInTime(deps, { before, after }, giveUpAt);
    if (result.kind === "settled") return { refund: after, written: true };
    const { refund } = result;
    const isWorthIt = check.reading.kind === "settled" && !isFinal(refund.state) && !refund.stateIsNewer;
    if (!isWorthIt || superseded === maxSuperseded) return { refund, written: false };
    before = refund;
  }
}

async function settleInTime(
  { settle, now, random, sleep }: SettleCheckDeps,
  write: { before: Refund; after: Refund },
  giveUpAt: number,
): Promise<SettleResult> {
  for (let waitMs: number = retryMs.first; ; waitMs = Math.min(waitMs * 2, retryMs.last)) {
    try {
      return await settle(write);
    } catch (error) {
      const isWorthIt = error instanceof UnavailableError && error.code === "RECORD_UNAVAILABLE";
      if (!isWorthIt || now() + waitMs >= giveUpAt) throw error;
      await sleep(waitMs * (0.5 + random() / 2));
    }
  }
}

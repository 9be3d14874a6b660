import type { Check } from "./check.ts";
import { type CheckContext, recordCheck } from "./record-check.ts";
import { allowedPredecessors, isFinal, type Refund } from "./refund.ts";
import type { RefundStore } from "./refund-store.ts";

const maxTries = 3;

/**
 * Writes what a check has told, and returns what is on record afterwards and whether it is this check.
 *
 * Where another writer came first the record stands and this check is dropped: a query is safe to repeat. The one thing not
 * dropped is proof that the refund is final, which is true whatever was written meanwhile.
 * @throws whatever the store throws; the refund is then still due.
 */
export async function settleCheck(
  settle: RefundStore["settle"],
  claimed: Refund,
  check: Check,
  context: CheckContext,
): Promise<{ refund: Refund; written: boolean }> {
  let before = claimed;
  for (let tries = 1; ; tries++) {
    const after = recordCheck(before, check, context);
    const result = await settle({ before, after, allowedFrom: allowedPredecessors[after.state] });
    if (result.kind === "settled") return { refund: after, written: true };
    const mayTryAgain = check.reading.kind === "settled" && !isFinal(result.refund.state) && tries < maxTries;
    if (!mayTryAgain) return { refund: result.refund, written: false };
    before = result.refund;
  }
}

import type { Asked } from "../../shared/refund/asked.ts";
import type { Check } from "../../shared/refund/check.ts";
import type { CheckUpstream } from "../../shared/refund/question.ts";
import type { Refund } from "../../shared/refund/refund.ts";
import { mayBeWrongTerminal, terminalsToTry } from "../../shared/refund/terminals.ts";

/** A scheduled check of a refund: what it told, and the terminal number by which it did. */
export type ScheduledCheck = { readonly check: Check; readonly asked: Asked };

/**
 * Checks a refund by its best terminal number, and by the others that partners asked with while the answer may be due to
 * the number alone. Where no number helps, the best one's answer stands. `deadline` is epoch ms, for all of them together.
 */
export async function checkRefund(
  checkUpstream: CheckUpstream,
  refund: Refund,
  deadline: number,
): Promise<ScheduledCheck> {
  const { mid, instMid, merOrderId } = refund;
  let first: ScheduledCheck | undefined;
  for (const tid of terminalsToTry(refund)) {
    const check = await checkUpstream({ mid, instMid, merOrderId, tid, srcReserve: undefined }, deadline);
    const scheduled = { check, asked: { tid, digest: undefined } };
    if (!mayBeWrongTerminal(check.reading)) return scheduled;
    first ??= scheduled;
  }
  return first as ScheduledCheck;
}

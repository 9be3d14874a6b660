import type { Check } from "../../shared/refund/check.ts";
import type { Outcome } from "../../shared/refund/reading.ts";

/** True if ChinaUMS now says of a refund, and proves or means it, something else than the outcome on record. */
export function contradictsRecord(outcome: Outcome, { reading }: Check): boolean {
  return reading.kind === "settled" ? reading.outcome !== outcome : reading.kind === "processing";
}

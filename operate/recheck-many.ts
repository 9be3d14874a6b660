import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { isFinal, type Refund } from "../shared/refund/refund.ts";
import type { DeployedTable } from "./deployment.ts";
import { createOpenRefunds } from "./open-refunds.ts";
import type { OpenRefundsFilter } from "./open-refunds-filter.ts";
import type { Printed } from "./print.ts";
import { refundJson } from "./refund-json.ts";
import { createRefundRecords } from "./refund-records.ts";

/** Writes that are under way at once. */
const concurrency = 25;

/** The refunds that the filter chooses and that a check can change: neither final ones nor unreadable ones. */
export async function findForRecheck(place: DeployedTable, filter: OpenRefundsFilter): Promise<Refund[]> {
  const chosen: Refund[] = [];
  for await (const { recorded } of createOpenRefunds({ ...place, now: Date.now }).readOpen(filter)) {
    if (recorded.kind === "readable" && !isFinal(recorded.refund.state)) chosen.push(recorded.refund);
  }
  return chosen;
}

/** Makes refunds due now. One that has changed since it was read is left out, because somebody has just checked it. */
export async function recheckAll(place: DeployedTable, refunds: readonly Refund[]): Promise<Printed> {
  const { makeDue } = createRefundRecords(place);
  const due: Refund[] = [];
  const changed: Refund[] = [];
  const waiting = refunds.values();
  const work = async () => {
    for (const refund of waiting) {
      try {
        await makeDue(refund, Date.now());
        due.push(refund);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        changed.push(refund);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const left =
    changed.length === 0 ? "" : ` ${countOf(changed.length)} had changed meanwhile, and were left as they are.`;
  return {
    forPeople: `${countOf(due.length)} ${due.length === 1 ? "is" : "are"} due now. The next sweep checks them, within a minute.${left}`,
    forPrograms: { due: due.map(refundJson), changed: changed.map(refundJson) },
  };
}

/** `1 refund`, `2 refunds`. */
export function countOf(count: number): string {
  return `${count} ${count === 1 ? "refund" : "refunds"}`;
}

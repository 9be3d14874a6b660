import { parseLadder } from "../shared/refund/recheck-ladder.ts";
import type { RefundState } from "../shared/refund/refund.ts";
import { Refused } from "../tools/partner-secrets.ts";
import { formatList } from "./format-refund.ts";
import type { OpenRefunds } from "./open-refunds.ts";
import type { RecordedRefund } from "./recorded-refund.ts";
import type { Printed } from "./refund-deliveries.ts";
import { recordedJson } from "./refund-json.ts";
import type { RefundRecords } from "./refund-records.ts";
import { pendingWords, refundsUsage, storedStates } from "./refunds-options.ts";

type ListOptions = { readonly state?: string | undefined; readonly "older-than"?: string | undefined };
type ListDeps = { readonly open: OpenRefunds; readonly records: RefundRecords; readonly now: number };

/** The refunds that the options name; without any, all that are checked again. @throws {Refused} if the options are wrong */
export async function listRefunds({ open, records, now }: ListDeps, options: ListOptions): Promise<Printed> {
  const { state } = options;
  if (state !== undefined && ![...storedStates, ...pendingWords].includes(state)) {
    throw new Refused(`no such state: ${state}\n${refundsUsage}`);
  }
  const [olderThanMs = 0] = options["older-than"] === undefined ? [] : readAge(options["older-than"]);
  const refunds: RecordedRefund[] = [];
  if (state === "succeeded" || state === "failed") {
    refunds.push(...(await records.scanState(state satisfies RefundState)));
  } else {
    for await (const { recorded } of open.readOpen({ state, olderThanMs })) refunds.push(recorded);
  }
  return { forPeople: formatList(refunds, now), forPrograms: refunds.map(recordedJson) };
}

function readAge(text: string): readonly number[] {
  try {
    return parseLadder(text);
  } catch {
    throw new Refused("--older-than is an age such as 30m, 12h or 1d");
  }
}

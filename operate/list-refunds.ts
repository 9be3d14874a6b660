import { parseLadder } from "../shared/refund/recheck-ladder.ts";
import { isFinal, type Refund, type RefundState } from "../shared/refund/refund.ts";
import { Refused } from "../tools/partner-secrets.ts";
import { formatList } from "./format-refund.ts";
import type { Printed } from "./refund-deliveries.ts";
import { recordedJson } from "./refund-json.ts";
import type { RefundRecords } from "./refund-records.ts";
import { pendingWords, refundsUsage, storedStates } from "./refunds-options.ts";

type ListOptions = { readonly state?: string | undefined; readonly "older-than"?: string | undefined };

/** The refunds that the options name; without any, all that are checked again. @throws {Refused} if the options are wrong */
export async function listRefunds(records: RefundRecords, options: ListOptions, now: number): Promise<Printed> {
  const { state } = options;
  if (state !== undefined && ![...storedStates, ...pendingWords].includes(state)) {
    throw new Refused(`no such state: ${state}\n${refundsUsage}`);
  }
  const [olderThanMs = 0] = options["older-than"] === undefined ? [] : readAge(options["older-than"]);
  const found = storedStates.includes(state ?? "")
    ? await records.scanState(state as RefundState)
    : await records.listDue();
  const isWanted = (refund: Refund) => now - refund.firstSeenAt >= olderThanMs && isOfState(refund, state);
  // An unreadable record may be in any state, so it is on every list.
  const refunds = found.filter((one) => one.kind === "unreadable" || isWanted(one.refund));
  return { forPeople: formatList(refunds, now), forPrograms: refunds.map(recordedJson) };
}

function isOfState({ state: its, reading, untold, dueAt }: Refund, state: string | undefined): boolean {
  if (state === undefined) return !isFinal(its) || dueAt !== undefined;
  if (state === "untold") return untold !== undefined;
  return its === state || (its === "pending" && reading?.kind === state);
}

function readAge(text: string): readonly number[] {
  try {
    return parseLadder(text);
  } catch {
    throw new Refused("--older-than is an age such as 30m, 12h or 1d");
  }
}

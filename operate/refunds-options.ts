import { parseArgs } from "node:util";
import type { RefundState } from "../shared/refund/refund.ts";
import { fail } from "../tools/fail.ts";

export const refundsUsage = `npm run refunds -- list [--state WORD] [--older-than 1d]
    WORD: pending, needs_review, succeeded, failed, or the last reading of a pending refund:
    processing, not_found, unclear, blocked, mismatch; or untold: partners are still to be told of it.
    Without it: all that are checked again.
npm run refunds -- show MID MER_ORDER_ID
npm run refunds -- recheck MID MER_ORDER_ID      makes it due now and waits for the check; of a final refund it
                             shows what ChinaUMS says now, and changes nothing
npm run refunds -- deliveries [--dead] [--partner NAME]      events that did not reach their webhook: those that are
                             tried again, and dead ones
npm run refunds -- redeliver --id evt_…                      has events sent again: one,
                             --mid M --mer-order-id R [--partner NAME]         the newest of a refund,
                             --partner NAME [--since ISO] [--until ISO]        or dead ones, by when the refund ended
npm run refunds -- export        every refund with its answers, as lines of JSON on standard output
npm run refunds -- import        reads such lines from standard input; writes over nothing that is as new or final
    [--inst-mid APPDEFAULT]      where a number is used under several products
    [--data .sandbox]            the local run
    [--table NAME --region R]    a deployed one, with your ordinary AWS credentials
    [--json]                     for programs`;

export const storedStates: readonly string[] = ["needs_review", "succeeded", "failed"] satisfies RefundState[];
/** Words for refunds that something is still to be done about: their state, the kind of their last reading, or `untold`. */
export const pendingWords = ["untold", "pending", "processing", "not_found", "unclear", "blocked", "mismatch"];

export function readRefundsOptions() {
  try {
    const text = { type: "string" } as const;
    return parseArgs({
      allowPositionals: true,
      options: {
        state: text,
        "older-than": text,
        "inst-mid": text,
        dead: { type: "boolean", default: false },
        id: text,
        mid: text,
        "mer-order-id": text,
        partner: text,
        since: text,
        until: text,
        data: { ...text, default: ".sandbox" },
        table: text,
        region: text,
        json: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n${refundsUsage}`);
  }
}

import type { Check } from "./check.ts";
import type { RefundIdentity } from "./refund.ts";

/** One question put to upstream. `deadline` (epoch ms) is when the asker stops waiting, retries included. */
export type Question = RefundIdentity & { readonly tid: string; readonly srcReserve: string | undefined };
export type CheckUpstream = (question: Question, deadline: number) => Promise<Check>;

/** How long a check may take, both attempts together, in ms: two of 8 s, and what is around them. */
export const checkMs = 18_000;

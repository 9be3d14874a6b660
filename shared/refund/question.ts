import type { Check } from "./check.ts";
import type { RefundIdentity } from "./refund.ts";

/** One question put to upstream. */
export type Question = RefundIdentity & { readonly tid: string; readonly srcReserve: string | undefined };

/** Checks a refund once. `deadline` (epoch ms) is when the caller stops waiting, retries included. */
export type CheckUpstream = (question: Question, deadline: number) => Promise<Check>;

/** How long a check may take, both tries together, in ms: two of 8 s, and what is around them. */
export const checkMs = 18_000;

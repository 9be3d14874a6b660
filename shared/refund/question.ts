import type { Look } from "./reading.ts";
import type { RefundIdentity } from "./refund.ts";

/** One question put to upstream. `deadline` (epoch ms) is when the asker stops waiting, retries included. */
export type Question = RefundIdentity & { readonly tid: string; readonly srcReserve: string | undefined };
export type LookUpstream = (question: Question, deadline: number) => Promise<Look>;

/** How long a look may take, both attempts together, in ms: two of 8 s, and what is around them. */
export const lookMs = 18_000;

import type { AnswerMembers, Recheck } from "./query-contract.ts";
import type { WrongField } from "./refund-status-error.ts";

/** By which of its two names a refund's product is called. */
export type Product =
  | { readonly instMid: string; readonly systemId?: never }
  | { readonly systemId: string; readonly instMid?: never };

/** A refund to be told about. */
export type WatchedRefund = Product & { readonly merOrderId: string; readonly mid: string; readonly tid: string };

/** What became of one refund of a `watch` call. */
export type WatchResult = Partial<Product> & {
  /** What named the refund, as far as it could be read. */
  readonly merOrderId?: string;
  readonly mid?: string;
  /** `created`: from now on it is checked; `known`: it is on record already; `refused`: see `errors`. */
  readonly result: "created" | "known" | "refused";
  readonly recheck?: Recheck;
  readonly errors?: readonly WrongField[];
};

/** One for each refund, in the order in which they were given. */
export type WatchAnswer = { readonly refunds: readonly WatchResult[] };

export type ChangesQuestion = {
  /** Of the page before; without it, the feed is read from `since` on, or from its beginning. */
  readonly cursor?: string | undefined;
  /** ISO 8601. */
  readonly since?: string | undefined;
  /** 1 to 100. */
  readonly limit?: number | undefined;
};

/** The events of a page, oldest first, and the cursor to ask for the next page with. */
export type ChangesAnswer = { readonly events: readonly RefundEvent[]; readonly cursor: string };

/** That a refund has ended, or needs a person. The feed and the webhook give it alike. */
export type RefundEvent = {
  /** The same in the feed and in each try of the webhook: an event whose id was handled before is to be ignored. */
  readonly id: string;
  readonly type: "refund.succeeded" | "refund.failed" | "refund.needs_review";
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly data: Product & {
    readonly mid: string;
    readonly merOrderId: string;
    readonly tid: string;
    readonly state: Recheck["state"];
    /** Grows with each event of the same refund, so that a late older event can be told. */
    readonly sequence: number;
    readonly checkedAt: string | null;
    readonly answer?: Readonly<AnswerMembers> & { readonly errCode?: string };
  };
};

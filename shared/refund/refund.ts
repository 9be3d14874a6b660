import type { Asked } from "./asked.ts";
import type { AnswerFields, MatchedBy } from "./check.ts";
import type { Evidence } from "./evidence.ts";
import type { Outcome, Reading } from "./reading.ts";
import type { Untold } from "./untold.ts";

/** What ChinaUMS calls one refund by: merchant, product and the refund's own order number (退货订单号). */
export type RefundIdentity = {
  readonly mid: string;
  readonly instMid: string;
  readonly merOrderId: string;
};

/**
 * Which states a refund may be in when it is written as another. The database conditions are generated from this table,
 * so a final state has no successor, nor has a state that only a newer version of this project knows.
 */
export const allowedPredecessors = {
  pending: ["pending", "needs_review"],
  needs_review: ["pending", "needs_review"],
  succeeded: ["pending", "needs_review"],
  failed: ["pending", "needs_review"],
} as const satisfies Record<Outcome | "pending" | "needs_review", readonly string[]>;

export type RefundState = keyof typeof allowedPredecessors;

export function isRefundState(word: string): word is RefundState {
  return Object.hasOwn(allowedPredecessors, word);
}

export function isFinal(state: RefundState): state is Outcome {
  return state === "succeeded" || state === "failed";
}

/** A right that one function instance holds until an instant, in epoch ms; it ends by itself. */
export type Lease = { readonly owner: string; readonly until: number };

/** The last answer about a refund that can be shown, and the check that first brought it. */
export type KeptAnswer = {
  readonly fields: AnswerFields;
  /** The version of the refund that it brought about. */
  readonly version: number;
  /** Epoch ms. */
  readonly at: number;
  readonly latencyMs: number;
  readonly reading: Reading;
  /** The number by which the answer was known to be about this refund. */
  readonly matchedBy: MatchedBy | undefined;
};

/** What is remembered of one refund. Every instant is in epoch milliseconds. */
export type Refund = RefundIdentity & {
  /** The terminal number that was asked with most recently. */
  readonly tid: string;
  /** The terminal number by which ChinaUMS has answered about this refund; absent until it has. */
  readonly confirmedTid: string | undefined;
  /** Terminal numbers that partners have asked with, four at most after a check, which leaves out the confirmed one. */
  readonly askedTids: readonly string[];
  readonly state: RefundState;
  /** True if the state is one that only a newer version knows; it is then shown as not final, and never written over. */
  readonly stateIsNewer: boolean;
  /** Grows by one with every write, claims included; a write made from an older version is refused. */
  readonly version: number;
  /** What the last check gave; absent before the first one. */
  readonly reading: Reading | undefined;
  /** Upstream's code or word behind the reading, when it has the form of one. */
  readonly code: string | undefined;
  /** What the last check asked with. */
  readonly lastAsked: Asked | undefined;
  /** Checks that counted: all but those that upstream refused. */
  readonly attempts: number;
  /** Steps taken on the ladder of refunds that exist but are not final. */
  readonly openRung: number;
  /** Steps taken on the ladder of refunds that upstream does not know. */
  readonly notFoundRung: number;
  readonly firstSeenAt: number;
  readonly checkedAt: number | undefined;
  /** When a check last told that it was not final yet; absent before any did. It is kept once the refund is final. */
  readonly seenOpenAt: number | undefined;
  /** True if the last check gave an answer that can be shown, be it the same again. */
  readonly isAnswered: boolean;
  /** Since when, without interruption, checks have been of one kind that tells nothing; absent when the last one told. */
  readonly stalledSince: number | undefined;
  readonly answer: KeptAnswer | undefined;
  /** What came of the last checks that gave no answer, oldest first. */
  readonly evidence: readonly Evidence[];
  /** The message number that the last check was sent with, which ChinaUMS's support asks for; absent if nothing was sent. */
  readonly sentMsgId: string | undefined;
  /** When it is checked next; absent once final, or when only a person checks again. */
  readonly dueAt: number | undefined;
  readonly lease: Lease | undefined;
  readonly partners: readonly string[];
  /** Present while partners are still to be told of the state. */
  readonly untold: Untold | undefined;
  /** When an operator asked to verify a refund that is final already; absent once that is done. */
  readonly verifyRequestedAt: number | undefined;
  /** The need of a person that an operator has acknowledged, as a word of `needs-person.ts`. */
  readonly acknowledged: string | undefined;
};

/** True while somebody holds the refund's lease, who is checking this very moment and will write what it sees. */
export function isLeased({ lease }: Pick<Refund, "lease">, now: number): boolean {
  return lease !== undefined && lease.until > now;
}

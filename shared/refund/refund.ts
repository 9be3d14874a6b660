import type { AnswerFields, MatchedBy } from "./check.ts";
import type { Outcome, Reading } from "./reading.ts";

/** What ChinaUMS calls one refund by: merchant, product and the refund's own order number (退货订单号). */
export type RefundIdentity = {
  readonly mid: string;
  readonly instMid: string;
  readonly merOrderId: string;
};

export type RefundState = "pending" | "needs_review" | Outcome;

/**
 * Which states a refund may be in when it is written as another. The database conditions are generated from this table,
 * so a final state has no successor, and a refund handed to a person does not slip back among the unwatched.
 */
export const allowedPredecessors = {
  pending: ["pending"],
  needs_review: ["pending", "needs_review"],
  succeeded: ["pending", "needs_review"],
  failed: ["pending", "needs_review"],
} as const satisfies Record<RefundState, readonly RefundState[]>;

export function isFinal(state: RefundState): state is Outcome {
  return state === "succeeded" || state === "failed";
}

/** A right to ask upstream that one function instance holds until an instant; it ends by itself. */
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
  /** The number that it was matched by. */
  readonly matchedBy?: MatchedBy | undefined;
};

/** A key that was made up for a request without one, as the refund remembers it. */
export type RememberedKey = {
  readonly id: string;
  /** Epoch ms; after it the key is as good as new. */
  readonly expiresAt: number;
};

/** What is remembered of one refund. Every instant is in epoch milliseconds. */
export type Refund = RefundIdentity & {
  /** The terminal number that is asked with. */
  readonly tid: string;
  readonly state: RefundState;
  /** Grows by one with every write, claims included; a write made from an older version is refused. */
  readonly version: number;
  /** What the last check gave; absent before the first one. */
  readonly reading: Reading | undefined;
  /** Upstream's code or word behind the reading, when it has the form of one. */
  readonly code: string | undefined;
  /** Checks that counted: all but those that upstream refused. */
  readonly attempts: number;
  /** Steps taken on the ladder of refunds that exist but are not final. */
  readonly openRung: number;
  /** Steps taken on the ladder of refunds that upstream does not know. */
  readonly notFoundRung: number;
  readonly firstSeenAt: number;
  readonly checkedAt: number | undefined;
  /** When upstream last gave an answer that can be shown, be it the same again. */
  readonly answeredAt: number | undefined;
  readonly answer: KeptAnswer | undefined;
  /** When it is checked next; absent once final, or when only a person checks again. */
  readonly dueAt: number | undefined;
  readonly lease: Lease | undefined;
  readonly partners: readonly string[];
  /** Of the requests that last led to a check, newest first. */
  readonly keys: readonly RememberedKey[];
};

/** A refund as it stands at its first claim: never checked, and due already, so that a crash right now loses nothing. */
export function newRefund(
  identity: RefundIdentity,
  first: { tid: string; partnerId: string; keys: readonly RememberedKey[]; now: number; dueAt: number; lease: Lease },
): Refund {
  return {
    ...identity,
    tid: first.tid,
    state: "pending",
    version: 1,
    reading: undefined,
    code: undefined,
    attempts: 0,
    openRung: 0,
    notFoundRung: 0,
    firstSeenAt: first.now,
    checkedAt: undefined,
    answeredAt: undefined,
    answer: undefined,
    dueAt: first.dueAt,
    lease: first.lease,
    partners: [first.partnerId],
    keys: first.keys,
  };
}

import { hash } from "node:crypto";
import { productMembers } from "../refund/product.ts";
import type { Refund, RefundIdentity } from "../refund/refund.ts";
import { answerOnRecord, shownMembers } from "../refund/shown-answer.ts";
import { terminalsToTry } from "../refund/terminals.ts";
import { isToldState, type ToldState } from "../refund/untold.ts";

/** What makes an event the one that it is: whom it is for, of which refund, and the version that brought the refund there. */
export type EventKey = {
  readonly refund: RefundIdentity;
  readonly partnerId: string;
  readonly sequence: number;
};

/** An event as it is told, in the feed and by webhook alike. It never changes once it is stored. */
export type RefundEvent = EventKey & {
  /** JSON. */
  readonly body: string;
  /** When the refund came to the state that is told, in epoch ms. */
  readonly at: number;
};

const eventTypes = {
  succeeded: "refund.succeeded",
  failed: "refund.failed",
  needs_review: "refund.needs_review",
} as const satisfies Record<ToldState, string>;

/** Letters and digits of Base64, 132 bits: no two events ever meet. */
const idLength = 22;

/** The id of an event. It follows from the key, so that an event that is made twice is one event. */
export function eventId({ refund, partnerId, sequence }: EventKey): string {
  const { mid, instMid, merOrderId } = refund;
  const key = JSON.stringify([partnerId, mid, instMid, merOrderId, sequence]);
  return `evt_${hash("sha256", key, "base64url").slice(0, idLength)}`;
}

/** What is told of a refund, to each of its partners alike. Undefined where nothing is to be told. */
export function eventOf(refund: Refund): Pick<RefundEvent, "sequence" | "body" | "at"> | undefined {
  const { untold, state, mid, instMid, merOrderId } = refund;
  if (untold === undefined || !isToldState(state) || refund.stateIsNewer) return undefined;
  const { sequence, since } = untold;
  const answer = answerOnRecord(refund);
  const body = JSON.stringify({
    type: eventTypes[state],
    timestamp: isoInstant(since),
    data: {
      mid,
      ...productMembers(instMid),
      merOrderId,
      tid: terminalsToTry(refund)[0],
      state,
      sequence,
      checkedAt: refund.checkedAt === undefined ? null : isoInstant(refund.checkedAt),
      answer: answer && shownMembers(answer),
    },
  });
  return { sequence, body, at: since };
}

function isoInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

import type { Refund, RefundState } from "./refund.ts";

/** Whether partners are told that a refund has come to a state. */
const isToldOf = {
  pending: false,
  needs_review: true,
  succeeded: true,
  failed: true,
} as const satisfies Record<RefundState, boolean>;

/** The states that partners are told of. */
export type ToldState = { [State in RefundState]: (typeof isToldOf)[State] extends true ? State : never }[RefundState];

/** That partners are still to be told of the state that a refund is in. */
export type Untold = {
  /** The version by which the refund came to its state. It grows from event to event. */
  readonly sequence: number;
  /** Epoch ms. */
  readonly since: number;
  /**
   * Sequences of states that the refund has left before they were told. Their events may be on record, where the one who was
   * telling was killed in between.
   */
  readonly overtaken: readonly number[];
};

export function isToldState(state: RefundState): state is ToldState {
  return isToldOf[state];
}

/**
 * What is to be told after a check, at `now` (epoch ms). A state that the refund has left before anybody was told of it is not
 * told, because only the newest one is of use. But it stays on record as overtaken, because somebody may have begun to tell it.
 */
export function untoldAfter(
  before: Refund,
  after: Pick<Refund, "state" | "version" | "partners">,
  now: number,
): Untold | undefined {
  if (before.state === after.state) return before.untold;
  const overtaken = before.untold === undefined ? [] : [...before.untold.overtaken, before.untold.sequence];
  const isTold = isToldState(after.state) && after.partners.length > 0;
  return isTold || overtaken.length > 0 ? { sequence: after.version, since: now, overtaken } : undefined;
}

/**
 * A refund of which every partner has been told. It waits for its next check again. One that a request has just claimed is due
 * when the claim ends, so that a crash of that request loses nothing.
 */
export function withPartnersTold(refund: Refund): Refund {
  return {
    ...refund,
    version: refund.version + 1,
    untold: undefined,
    dueAt: refund.dueAt ?? refund.lease?.until,
  };
}

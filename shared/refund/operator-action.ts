/**
 * What an operator may do about a refund, beside looking at it. None of it sets an outcome.
 * - `check_requested`: had it checked now; a final one is only verified
 * - `resent`: had an event sent again to a partner's webhook
 * - `noted`: wrote something down
 * - `acknowledged`: has seen its need of a person, and takes it off the list
 * - `copied`: copied what ChinaUMS's support asks for
 */
export const operatorActions = ["check_requested", "resent", "noted", "acknowledged", "copied"] as const;
export type OperatorActionKind = (typeof operatorActions)[number];

/** One thing that an operator did, as the audit trail of the refund keeps it. */
export type OperatorAction = {
  readonly kind: OperatorActionKind;
  /** Epoch ms. */
  readonly at: number;
  /** Who says to have done it: the name of the account on the operator's machine. */
  readonly by: string;
  /** Why, what was noted, or which event; empty where there is nothing to say. */
  readonly text: string;
};

/** Longest text of an action, in characters. */
export const maxActionText = 1_000;

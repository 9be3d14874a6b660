import type { DeliveryFailure } from "../webhook/webhook-result.ts";
import type { EventKey } from "./refund-event.ts";

/** How far a delivery has come: it is tried again when it is due, or waits for an operator, or has reached its receiver. */
export const deliveryStates = ["due", "dead", "delivered"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** Why a delivery ended without an answer that said so. Each with what an operator reads. */
export const deliveryEnds = {
  gone: "the receiver answered 410",
  disabled: "the webhook had been disabled",
  no_webhook: "the partner had no webhook any more",
  not_theirs: "the merchant was not the partner's any more",
  expired: "the event was too old",
} as const;

export type DeliveryTrouble = DeliveryFailure | keyof typeof deliveryEnds;

/** One event on its way to its partner's webhook, from the first try that has failed on. */
export type Delivery = EventKey & {
  readonly state: DeliveryState;
  /** Tries that have failed. */
  readonly attempts: number;
  /** When the event was made, in epoch ms. */
  readonly eventAt: number;
  /** When it is tried next, or since when it is dead or delivered, in epoch ms. */
  readonly dueAt: number;
  /** What came of the last try that failed; absent before it. */
  readonly trouble: DeliveryTrouble | undefined;
  /** The HTTP status of that try's answer, if there was one. */
  readonly status: number | undefined;
};

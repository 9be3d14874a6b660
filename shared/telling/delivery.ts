import type { DeliveryFailure } from "../webhook/webhook-result.ts";
import type { EventKey } from "./refund-event.ts";

/** Why a delivery has failed, or ended without having been tried. Each with what an operator reads. */
export const deliveryEnds = {
  gone: "the receiver answered 410",
  disabled: "the webhook had been disabled",
  no_webhook: "the partner had no webhook any more",
} as const;

export type DeliveryTrouble = DeliveryFailure | keyof typeof deliveryEnds;

/** One event on its way to its partner's webhook, from the first try that has failed on. */
export type Delivery = EventKey & {
  /** Tries that have failed. */
  readonly attempts: number;
  /** When the event was made, in epoch ms. */
  readonly eventAt: number;
  /** When it is tried next, or since when it is dead, in epoch ms. */
  readonly dueAt: number;
  /** True if it is not tried again by itself. */
  readonly isDead: boolean;
  /** What came of the last try; absent before the first one. */
  readonly trouble: DeliveryTrouble | undefined;
  /** The HTTP status of the last try's answer, if there was one. */
  readonly status: number | undefined;
};

export function keyOf({ refund, partnerId, sequence }: EventKey): EventKey {
  return { refund, partnerId, sequence };
}

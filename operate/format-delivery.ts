import { type Delivery, type DeliveryTrouble, deliveryEnds } from "../shared/telling/delivery.ts";
import { type EventKey, eventId } from "../shared/telling/refund-event.ts";
import { deliveryFailures } from "../shared/webhook/webhook-result.ts";
import { formatTable } from "./format-table.ts";
import { formatDuration, isoInstant } from "./format-time.ts";

const troubles: Readonly<Record<DeliveryTrouble, string>> = { ...deliveryFailures, ...deliveryEnds };

/** Deliveries for people, one a line. */
export function formatDeliveries(deliveries: readonly Delivery[], now: number): string {
  if (deliveries.length === 0) return "none";
  return formatTable(
    ["event", "partner", "mid", "merOrderId", "state", "failed tries", "when", "last failure"],
    deliveries.map((delivery) => [
      eventId(delivery),
      delivery.partnerId,
      delivery.refund.mid,
      delivery.refund.merOrderId,
      delivery.state,
      String(delivery.attempts),
      whenOf(delivery, now),
      failureOf(delivery),
    ]),
  );
}

function whenOf({ state, dueAt }: Delivery, now: number): string {
  if (state !== "due") return `${formatDuration(now - dueAt)} ago`;
  return dueAt <= now ? "now" : `in ${formatDuration(dueAt - now)}`;
}

/** What came of the last try that failed, in words; empty if none has. */
export function failureOf({ trouble, status }: Delivery): string {
  if (trouble === undefined) return "";
  return status === undefined ? troubles[trouble] : `${troubles[trouble]} (HTTP ${status})`;
}

/** An event by what names it, for programs. */
export function eventKeyJson(key: EventKey): object {
  return { id: eventId(key), partner: key.partnerId, ...key.refund, sequence: key.sequence };
}

/** A delivery for programs. Instants are in ISO 8601. */
export function deliveryJson(delivery: Delivery): object {
  const { state, attempts, eventAt, dueAt, trouble, status } = delivery;
  return {
    ...eventKeyJson(delivery),
    state,
    attempts,
    eventAt: isoInstant(eventAt),
    dueAt: isoInstant(dueAt),
    trouble: trouble ?? null,
    status: status ?? null,
  };
}

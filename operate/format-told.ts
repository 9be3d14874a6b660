import { eventId } from "../shared/telling/refund-event.ts";
import { deliveryJson, eventKeyJson, failureOf } from "./format-delivery.ts";
import { formatTable } from "./format-table.ts";
import { isoInstant } from "./format-time.ts";
import type { ToldEvent } from "./refund-history.ts";

/** What partners were told of one refund, for people. */
export function formatTold(told: readonly ToldEvent[]): string {
  return formatTable(
    ["when", "partner", "event", "sequence", "delivery", "last failure"],
    told.map(({ event, delivery }) => [
      isoInstant(event.at) ?? "",
      event.partnerId,
      eventId(event),
      String(event.sequence),
      // A first try that goes well is not written down, nor is that there is no webhook.
      delivery?.state ?? "no trouble",
      delivery === undefined ? "" : failureOf(delivery),
    ]),
  );
}

/** What a partner was told, for programs. `delivery` is null unless a try has failed. */
export function toldJson({ event, delivery }: ToldEvent): object {
  const { type } = JSON.parse(event.body) as { type: string };
  return {
    ...eventKeyJson(event),
    type,
    at: isoInstant(event.at),
    delivery: delivery === undefined ? null : deliveryJson(delivery),
  };
}

/** `npm run refunds -- deliveries` and `redeliver`: what has not reached a partner's webhook, and sending it again. */

import { eventId } from "../shared/telling/refund-event.ts";
import { Refused } from "../tools/partner-secrets.ts";
import { type ChooseEventsDeps, chooseEvents, type EventChoice } from "./choose-events.ts";
import type { DeliveryRecords } from "./delivery-records.ts";
import { deliveryJson, eventKeyJson, formatDeliveries } from "./format-delivery.ts";
import { isoInstant } from "./format-time.ts";
import type { Printed } from "./print.ts";

/** Lists deliveries that are tried again and dead ones, or dead ones alone. */
export async function listDeliveries(
  records: DeliveryRecords,
  { dead, partner }: { readonly dead?: boolean | undefined; readonly partner?: string | undefined },
  now: number,
): Promise<Printed> {
  const found = [...(dead ? [] : await records.list("deliver")), ...(await records.list("dead"))];
  const deliveries = found.filter(({ partnerId }) => partner === undefined || partnerId === partner);
  return { forPeople: formatDeliveries(deliveries, now), forPrograms: deliveries.map(deliveryJson) };
}

/** Has events sent again by the next sweep. @throws {Refused} if there are none that can be */
export async function redeliver(
  { records, eventsOf }: { readonly records: DeliveryRecords; readonly eventsOf: ChooseEventsDeps["eventsOf"] },
  choice: EventChoice,
): Promise<Printed> {
  const chosen = await chooseEvents({ records, eventsOf }, choice);
  const sent = await records.sendAgain(chosen);
  const sentIds = new Set(sent.map(eventId));
  const left = chosen.filter((key) => !sentIds.has(eventId(key)));
  if (sent.length === 0) throw new Refused(`nothing is sent again: ${left.map(eventId).join(", ")} ${notSent}`);
  const disabled: { readonly partner: string; readonly since: string | null }[] = [];
  for (const partner of new Set(sent.map(({ partnerId }) => partnerId))) {
    const at = await records.disabledAt(partner);
    if (at !== undefined) disabled.push({ partner, since: isoInstant(at) });
  }
  const lines = [
    sent.length === 1
      ? "1 event is due again. The next sweep sends it, within a minute."
      : `${sent.length} events are due again. The next sweep sends them, within a minute.`,
    ...left.map((key) => `${eventId(key)} ${notSent}`),
    ...disabled.map(({ partner, since }) => `The webhook of ${partner} was disabled at ${since}. ${setAgain(partner)}`),
  ];
  return {
    forPeople: lines.join("\n"),
    forPrograms: { redelivered: sent.map(eventKeyJson), left: left.map(eventKeyJson), disabled },
  };
}

const notSent = "is not kept any more, was never told, or is being sent just now";

function setAgain(partner: string): string {
  return `Unless that has been done since, set it again by npm run partner -- webhook set --id ${partner}, because a disabled one gets nothing.`;
}

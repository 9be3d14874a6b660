import type { Refund } from "../../shared/refund/refund.ts";
import type { EventStore, StoredEvent } from "../../shared/telling/event-store.ts";
import type { EventKey } from "../../shared/telling/refund-event.ts";

/**
 * The events of states that a refund has left untold, as far as somebody has written them and was then killed: partners find
 * them in the feed, so they are posted as well. Those that nobody has written are ruled out, because only the newest is of use.
 */
export function createOvertakenEvents(store: Pick<EventStore, "ruleOut">) {
  return async (refund: Refund): Promise<readonly StoredEvent[]> => {
    const found = await Promise.all(keysOf(refund).map((key) => store.ruleOut(key)));
    return found.filter((event) => event !== undefined);
  };
}

function keysOf({ mid, instMid, merOrderId, partners, untold }: Refund): readonly EventKey[] {
  const overtaken = untold?.overtaken ?? [];
  return overtaken.flatMap((sequence) =>
    partners.map((partnerId) => ({ refund: { mid, instMid, merOrderId }, partnerId, sequence })),
  );
}

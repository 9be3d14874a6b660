import { readInstant } from "../shared/http/iso-instant.ts";
import { type EventKey, eventId } from "../shared/telling/refund-event.ts";
import { Refused } from "../tools/partner-secrets.ts";
import type { DeliveryRecords } from "./delivery-records.ts";

/** Which events are to be sent again: one by its id, those of one refund, or dead ones of a partner by their time. */
export type EventChoice = {
  readonly id?: string | undefined;
  readonly mid?: string | undefined;
  readonly merOrderId?: string | undefined;
  readonly partner?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
};

export type ChooseEventsDeps = {
  readonly records: Pick<DeliveryRecords, "list" | "findKey">;
  /** The events of the refund that a merchant calls so. */
  readonly eventsOf: (mid: string, merOrderId: string) => Promise<readonly EventKey[]>;
};

/** The events that the options name. @throws {Refused} if the options are wrong, or name none */
export async function chooseEvents(deps: ChooseEventsDeps, choice: EventChoice): Promise<readonly EventKey[]> {
  const { id, mid, merOrderId, partner } = choice;
  const isPartners = ({ partnerId }: EventKey) => partner === undefined || partnerId === partner;
  if (id !== undefined) {
    const key = await deps.records.findKey(id);
    if (key === undefined) throw new Refused(`no event ${id} is on record; events are kept for 90 days`);
    return [key];
  }
  if (mid !== undefined && merOrderId !== undefined) {
    const newest = newestOf((await deps.eventsOf(mid, merOrderId)).filter(isPartners));
    if (newest.length === 0) throw new Refused(`no event of the refund ${merOrderId} of mid ${mid} is on record`);
    return newest;
  }
  if (partner === undefined) throw new Refused("name --id, or --mid with --mer-order-id, or --partner");
  const since = instantOf("--since", choice.since) ?? 0;
  const until = instantOf("--until", choice.until) ?? Number.POSITIVE_INFINITY;
  const isWithin = ({ eventAt }: { eventAt: number }) => eventAt >= since && eventAt < until;
  const dead = (await deps.records.list("dead")).filter((one) => isPartners(one) && isWithin(one));
  if (dead.length === 0) throw new Refused(`no delivery of ${partner} is dead in that time`);
  return dead;
}

/** The last event for each partner. Those before it tell what is not so any more. */
function newestOf(keys: readonly EventKey[]): EventKey[] {
  const newest = new Map<string, EventKey>();
  for (const key of keys) {
    if (key.sequence > (newest.get(key.partnerId)?.sequence ?? 0)) newest.set(key.partnerId, key);
  }
  return [...newest.values()].toSorted((a, b) => eventId(a).localeCompare(eventId(b)));
}

function instantOf(option: string, text: string | undefined): number | undefined {
  const epochMs = text === undefined ? undefined : readInstant(text);
  if (text !== undefined && epochMs === undefined) {
    throw new Refused(`${option}: must be an instant such as 2026-03-01T00:30:00Z`);
  }
  return epochMs;
}

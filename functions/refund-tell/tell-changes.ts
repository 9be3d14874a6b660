import type { EventStore } from "../../shared/telling/event-store.ts";
import type { createDeliverDue } from "./deliver-due.ts";
import type { StreamWork } from "./stream-records.ts";
import type { TellRun } from "./tell-counts.ts";
import type { createTellRefunds } from "./tell-refunds.ts";

export type TellChangesDeps = {
  readonly store: Pick<EventStore, "readRefunds">;
  readonly tellRefunds: ReturnType<typeof createTellRefunds>;
  readonly deliverSome: ReturnType<typeof createDeliverDue>["deliverSome"];
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
};

/** Later records wait behind these, so that no try begins later than this; the schedule has the rest. */
const startWithinMs = 5_000;
/** The second try of a delivery comes 5 s after the first. For later ones nobody waits here. */
const maxWaitMs = 8_000;

/** Does at once what the stream says has become due. If it never runs, the schedule does the same within two minutes. */
export function createTellChanges(deps: TellChangesDeps) {
  const { now } = deps;
  return async ({ refunds, deliveries, deliveriesDueAt }: StreamWork, endsAt: number, run: TellRun): Promise<void> => {
    const untold = await deps.store.readRefunds(refunds, endsAt);
    await deps.tellRefunds(untold, { startTriesBy: now() + startWithinMs, giveUpAt: endsAt }, run);
    if (deliveries.length === 0) return;
    await deps.sleep(Math.max(0, Math.min(deliveriesDueAt - now(), maxWaitMs)));
    await deps.deliverSome(deliveries, now() + startWithinMs, endsAt, run);
  };
}

import { type Delivery, keyOf } from "../../shared/telling/delivery.ts";
import type { DeliveryStore } from "../../shared/telling/delivery-store.ts";
import { noPage, type StoredEvent } from "../../shared/telling/event-store.ts";
import type { EventKey } from "../../shared/telling/refund-event.ts";
import { retryAt } from "../../shared/webhook/retry-plan.ts";
import type { PostEvent, Posted } from "./post-event.ts";
import type { TellRun } from "./tell-counts.ts";

export type DeliverDeps = {
  readonly store: DeliveryStore;
  readonly postEvent: PostEvent;
  readonly now: () => number;
  readonly random: () => number;
};

/** Delivers events, and keeps on record what has not reached its receiver at once. */
export function createDeliver({ store, postEvent, now, random }: DeliverDeps) {
  /** The delivery after a try, or undefined where nothing is left to do. */
  function afterTry(before: Delivery, posted: Posted): Delivery | undefined {
    const dead = (trouble: Delivery["trouble"], status?: number): Delivery => {
      return { ...before, isDead: true, dueAt: now(), trouble, status };
    };
    switch (posted.kind) {
      case "delivered":
      case "not_theirs":
        return undefined;
      case "no_webhook":
      case "disabled":
        return dead(posted.kind);
      case "put_off":
        return before;
      case "failed": {
        const { trouble, status } = posted;
        const attempts = before.attempts + 1;
        const dueAt = posted.endsWebhook ? undefined : retryAt(attempts, now(), random, posted.retryAfterMs);
        if (dueAt === undefined) return { ...dead(trouble, status), attempts };
        return { ...before, attempts, dueAt, trouble, status };
      }
    }
  }

  return {
    /** The first try of an event. It is written down only if it fails; a try that goes well needs no more. */
    async first(event: StoredEvent, startBy: number, run: TellRun): Promise<void> {
      if (event.page === noPage) return;
      const startedAt = now();
      const posted = await postEvent(event, startBy, true);
      countPosted(run, event, posted, startedAt - event.at);
      if (posted.kind === "no_webhook") return;
      const before = { ...keyOf(event), attempts: 0, eventAt: event.at, dueAt: now(), isDead: false };
      const after = afterTry({ ...before, trouble: undefined, status: undefined }, posted);
      if (after === undefined) return;
      if (after.isDead) run.counts.dead++;
      await store.addDelivery(after);
    },

    /** A later try. */
    async again(before: Delivery, event: StoredEvent, startBy: number, run: TellRun): Promise<void> {
      const posted = await postEvent(event, startBy, false);
      countPosted(run, event, posted, undefined);
      const after = afterTry(before, posted);
      if (after === before) return;
      if (after === undefined) return await store.removeDelivery(keyOf(before));
      run.counts.maxUndeliveredMs = Math.max(run.counts.maxUndeliveredMs, now() - after.eventAt);
      if (after.isDead) run.counts.dead++;
      await store.moveDelivery(before, after);
    },
  };
}

function countPosted(run: TellRun, { partnerId }: EventKey, posted: Posted, firstTryAfterMs: number | undefined): void {
  const { counts } = run;
  const isTried = posted.kind === "delivered" || posted.kind === "failed";
  if (isTried) counts.tries++;
  if (isTried && firstTryAfterMs !== undefined) counts.firstTryAfterMs.push(firstTryAfterMs);
  if (posted.kind === "put_off") counts.putOff++;
  if (posted.kind !== "failed") return;
  counts.failedTries++;
  if (!posted.endsWebhook) return;
  counts.endedWebhooks++;
  run.onWebhookEnded(partnerId);
}

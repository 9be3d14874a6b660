import type { Delivery } from "../../shared/telling/delivery.ts";
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
  /** The delivery after a try. */
  function afterTry(before: Delivery, posted: Posted): Delivery {
    const ended = (state: "dead" | "delivered", trouble: Delivery["trouble"], status?: number): Delivery => {
      return { ...before, state, dueAt: now(), trouble, status };
    };
    switch (posted.kind) {
      case "delivered":
        return ended("delivered", before.trouble, before.status);
      case "not_theirs":
      case "no_webhook":
      case "disabled":
        return ended("dead", posted.kind);
      case "put_off":
        return before;
      case "failed": {
        const { trouble, status } = posted;
        const attempts = before.attempts + 1;
        const dueAt = posted.endsWebhook ? undefined : retryAt(attempts, now(), random, posted.retryAfterMs);
        if (dueAt === undefined) return { ...ended("dead", trouble, status), attempts };
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
      if (posted.kind === "delivered" || posted.kind === "no_webhook" || posted.kind === "not_theirs") return;
      const { refund, partnerId, sequence, at: eventAt } = event;
      const key = { refund, partnerId, sequence };
      const none = { trouble: undefined, status: undefined };
      const after = afterTry({ ...key, state: "due", attempts: 0, eventAt, dueAt: now(), ...none }, posted);
      if (after.state === "dead") run.counts.dead++;
      await store.addDelivery(after);
    },

    /** A later try. Without the event, which is kept for its days only, there is none. */
    async again(before: Delivery, event: StoredEvent | undefined, startBy: number, run: TellRun): Promise<void> {
      if (event === undefined) {
        return await store.moveDelivery(before, { ...before, state: "dead", dueAt: now(), trouble: "expired" });
      }
      const posted = await postEvent(event, startBy, false);
      countPosted(run, event, posted, undefined);
      const after = afterTry(before, posted);
      if (after === before) return;
      if (after.state === "dead") run.counts.dead++;
      if (after.state !== "delivered") {
        run.counts.maxUndeliveredMs = Math.max(run.counts.maxUndeliveredMs, now() - after.eventAt);
      }
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

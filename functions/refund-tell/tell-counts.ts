import type { FaultListener } from "../fault-log.ts";

/** One invocation: what it counts, and who hears of what goes wrong. */
export type TellRun = FaultListener & {
  readonly counts: TellCounts;
  /** A partner whose webhook was ended, by a 410 or by days of failure. */
  onWebhookEnded(partnerId: string): void;
};

/** What one invocation has told, in numbers. */
export type TellCounts = {
  /** Refunds of which every partner has been told. */
  told: number;
  events: number;
  /** Posts to webhooks, and how many of them did not go well. */
  tries: number;
  failedTries: number;
  /** Deliveries that were due and not tried, because their endpoint or this invocation had no room for them. */
  putOff: number;
  /** Deliveries that are not tried again by themselves. */
  dead: number;
  /** Webhooks that were ended, by a 410 or by days of failure. */
  endedWebhooks: number;
  /** Refunds and deliveries that could not be told or written down; they are still due. */
  failed: number;
  /** Records that this version of the project cannot read. */
  unreadable: number;
  /** ms since the longest untold refund of the shards came to its state. */
  maxUntoldMs: number;
  /** ms since the oldest event was made that was tried in vain once more. */
  maxUndeliveredMs: number;
  /** ms from each change of state to the first try of its webhook. */
  firstTryAfterMs: number[];
};

export function newTellCounts(): TellCounts {
  return {
    told: 0,
    events: 0,
    tries: 0,
    failedTries: 0,
    putOff: 0,
    dead: 0,
    endedWebhooks: 0,
    failed: 0,
    unreadable: 0,
    maxUntoldMs: 0,
    maxUndeliveredMs: 0,
    firstTryAfterMs: [],
  };
}

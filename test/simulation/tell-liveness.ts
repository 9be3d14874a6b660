import type { FeedRules } from "./feed-rules.ts";
import type { TellRules } from "./tell-rules.ts";
import { holding, type World } from "./world.ts";

export type TellLivenessDeps = {
  readonly rules: TellRules;
  readonly feedRules: FeedRules;
  /** Partitions of the index of what has to be done, of all entries. */
  readonly indexedShards: () => readonly string[];
  readonly hasWebhook: (event: { readonly partnerId: string }) => boolean;
  /** True if a partner had no webhook at some time between two instants. */
  readonly wasAbsent: (event: { readonly partnerId: string }, since: number, to: number) => boolean;
};

const minuteMs = 60_000;
const sweepMs = 10 * minuteMs;
/** The median of what is begun by the stream, a try of 15 s included. */
const soonMs = 25_000;
const fewValues = 8;
/** A reader comes by this time after something new. */
const readMs = 7 * 60 * minuteMs;

/** The rules about telling that hold at the end, when faults have stopped: everything is told, and nothing is left behind. */
export function checkTellLiveness(world: World, deps: TellLivenessDeps): void {
  const { rules, feedRules, indexedShards, hasWebhook, wasAbsent } = deps;
  const now = world.clock.now();
  for (const [refund, { since }] of rules.untold()) {
    if (since < now - sweepMs)
      world.violate("everything is told in the end", `${refund} since ${new Date(since).toISOString()}`);
  }
  const left = indexedShards().filter((shard) => shard.startsWith("t")).length;
  if (left > rules.untold().size) world.violate("nothing told is left in the index", `${left} entries`);

  if (!world.has("stream-outage") && !world.has("tell-outage") && !world.has("standstill")) {
    const firstMs = [...rules.events()].map(({ at, writtenAt }) => writtenAt - at);
    holdMedian(world, firstMs, soonMs, "most events are told within seconds");
    holdMedian(world, rules.secondTriesMs(), soonMs, "most second tries come within seconds");
  }

  for (const event of rules.events()) {
    const hold = holding(world, () => `${JSON.stringify(event)}: ${JSON.stringify(rules.deliveryOf(event))}`);
    const isTheirs = rules.isTheirs(event);
    const isRead = !isTheirs || event.writtenAt > now - readMs;
    hold(isRead || feedRules.hasSeen(event), "a reader hears of every event");
    const delivery = rules.deliveryOf(event);
    const isOverdue = delivery?.state === "due" && Number(delivery.dueAt) < now - sweepMs;
    hold(!isOverdue, "a delivery that is due is tried");
    const toldAt = rules.toldAt(event) ?? event.writtenAt + sweepMs;
    const isExpected = isTheirs && hasWebhook(event) && toldAt < now;
    const hadNone = isExpected && wasAbsent(event, event.at - minuteMs, toldAt + minuteMs);
    const isKnown = rules.isDelivered(event.id) || delivery !== undefined;
    hold(!isExpected || hadNone || isKnown, "every event is delivered, or its failure is on record");
  }
}

/** What the stream begins is quick, but for single faults. */
function holdMedian(world: World, values: readonly number[], mostMs: number, rule: string): void {
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  if (sorted.length >= fewValues && median > mostMs) world.violate(rule, `${median} ms of ${sorted.length}`);
}

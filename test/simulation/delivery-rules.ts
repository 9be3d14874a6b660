import { type KnownEvent, nameOf } from "./event-rules.ts";
import type { Row } from "./observed-table.ts";
import type { Hold, World } from "./world.ts";

export type DeliveryRulesDeps = {
  readonly world: World;
  /** Clocks differ by no more. */
  readonly slackMs: number;
  readonly event: (refund: string, partnerId: string, sequence: number) => KnownEvent | undefined;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** The waits after each failed try: docs/partners.md. */
const retryWaitsMs = [5_000, 5 * minuteMs, 30 * minuteMs, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * hourMs)];
const jitter = 0.2;
/** The longest wait that a receiver here asks for. */
const longestRetryAfterMs = 2 * hourMs;
/** So long an endpoint may fail before nothing more is sent to it. */
const maxFailingMs = 5 * dayMs;
/** From a try to the write about it, and from a write until the last process goes by it. */
const tryMs = 50_000;
const noticedMs = 90_000;
/** No process stands still for longer, and then writes what it knew before. */
const frozenMs = 11 * 60_000;
/** Tries that were under way when five days were over. */
const mostAfter = 4;
const endings: readonly unknown[] = ["disabled", "gone", "no_webhook", "not_theirs"];

/** The rules about deliveries, and about what is remembered of endpoints. */
export function createDeliveryRules({ world, slackMs, event }: DeliveryRulesDeps) {
  const { clock } = world;
  const deliveries = new Map<string, Row>();
  const dueAt = new Map<string, number>();
  const delivered = new Set<string>();
  const goneAt = new Map<string, number>();
  /** Failures of each setting of a webhook after its five days. */
  const failuresAfter = new Map<string, number>();
  const deliveredAt = new Map<string, number>();
  /** How long after it was due a second try ended, in ms. */
  const secondTriesMs: number[] = [];
  const endpoints = new Map<string, { readonly row: Row; readonly at: number }>();

  return {
    checkDelivery(pk: string, sk: string, before: Row | undefined, after: Row, hold: Hold): void {
      const [, partnerId = "", digits = ""] = sk.split("#");
      const name = nameOf(pk.slice("REFUND#".length), partnerId, Number(digits));
      const of = event(pk.slice("REFUND#".length), partnerId, Number(digits));
      hold(of !== undefined, "what is delivered is on record");
      const tries = Number(after.attempts);
      const failed = tries - Number(before?.attempts ?? 0);
      hold(failed === 0 || failed === 1, "a delivery counts its tries");
      hold(before === undefined || before.state === "due", "a delivery that has ended stays so");
      const shard = String(after.dueShard ?? "");
      const isOfState =
        after.state === "delivered" ? shard === "" : shard.startsWith(after.state === "due" ? "d" : "x");
      hold(isOfState, "a delivery is in the index until it is delivered");
      const isDelivered = of !== undefined && delivered.has(of.id);
      hold(after.state !== "delivered" || isDelivered, "what is written down as delivered was");
      if (after.state === "due") checkRetry(tries, failed, after, hold);
      if (after.state === "dead") checkDead(partnerId, tries, after, hold);
      const wasAskedFor = before?.status === 429 || before?.status === 503;
      if (before?.attempts === 1 && !wasAskedFor) secondTriesMs.push(clock.now() - Number(before.dueAt));
      deliveries.set(name, after);
      if (after.state === "due") dueAt.set(name, Number(after.dueAt));
      else dueAt.delete(name);
    },

    checkEndpoint(partnerId: string, before: Row | undefined, after: Row, hold: Hold): void {
      const known = before?.configId === after.configId ? before : undefined;
      // Several tries that fail at once each take theirs for the first, and one of them may have stood still before its write.
      const laterMs = Number(after.failingSince) - Number(known?.failingSince ?? after.failingSince);
      hold(laterMs < frozenMs, "an endpoint fails since its first failure");
      hold(
        known?.disabledAt === undefined || after.disabledAt === known.disabledAt,
        "a webhook that has ended stays so",
      );
      const isLong = Number(after.disabledAt) - Number(after.failingSince) >= maxFailingMs;
      const wasGone = clock.now() - (goneAt.get(partnerId) ?? Number.NEGATIVE_INFINITY) < tryMs;
      const isEnded = after.disabledAt !== undefined && known?.disabledAt === undefined;
      hold(!isEnded || isLong || wasGone, "a webhook is ended by a 410, or by five days of failures");
      endpoints.set(partnerId, { row: after, at: clock.now() });
    },
    /** A receiver has answered in another way than it should. */
    onFailed(partnerId: string, configId: string, isGone: boolean, hold: Hold): void {
      if (isGone) goneAt.set(partnerId, clock.now());
      const { row } = endpoints.get(partnerId) ?? {};
      if (row?.configId !== configId || clock.now() - Number(row.failingSince) < maxFailingMs + slackMs) return;
      const failures = (failuresAfter.get(configId) ?? 0) + 1;
      failuresAfter.set(configId, failures);
      hold(failures <= mostAfter || row.disabledAt !== undefined, "five days of failures end a webhook");
    },
    onForgotten(partnerId: string, before: Row, hold: Hold): void {
      const isWell = (deliveredAt.get(partnerId) ?? 0) > Number(before.failingSince) - tryMs;
      hold(isWell, "an endpoint is well again when something was delivered");
      endpoints.delete(partnerId);
    },

    /** A post is about to be answered by a receiver with this webhook. */
    checkPost(partnerId: string, configId: string, hold: Hold): void {
      const { row, at } = endpoints.get(partnerId) ?? {};
      const isEnded = row?.configId === configId && row.disabledAt !== undefined;
      hold(
        !isEnded || at === undefined || clock.now() - at < noticedMs,
        "nothing is posted to a webhook that has ended",
      );
    },
    onDelivered(id: string, partnerId: string): void {
      delivered.add(id);
      deliveredAt.set(partnerId, clock.now());
    },

    earliestDueAt: () => Math.min(...dueAt.values()),
    secondTriesMs: (): readonly number[] => secondTriesMs,
    isDelivered: (id: string) => delivered.has(id),
    deliveryOf: ({ refund, partnerId, sequence }: KnownEvent) => deliveries.get(nameOf(refund, partnerId, sequence)),
  };

  function checkRetry(tries: number, failed: number, after: Row, hold: Hold): void {
    hold(tries <= retryWaitsMs.length, "a delivery is tried ten times at most");
    if (failed !== 1) return;
    const waitMs = retryWaitsMs[tries - 1] ?? 0;
    const plannedMs = Number(after.dueAt) - clock.now();
    const isAskedFor = after.status === 429 || after.status === 503;
    const mostMs = Math.max((1 + jitter) * waitMs, isAskedFor ? longestRetryAfterMs : 0) + slackMs;
    const leastMs = (1 - jitter) * waitMs - tryMs - slackMs;
    hold(plannedMs <= mostMs && plannedMs >= leastMs, "a delivery is tried again by the plan");
  }

  function checkDead(partnerId: string, tries: number, after: Row, hold: Hold): void {
    const row = endpoints.get(partnerId)?.row;
    const isDisabled = row?.disabledAt !== undefined;
    const isSpent = tries === retryWaitsMs.length + 1;
    hold(isSpent || isDisabled || endings.includes(after.trouble), "a delivery is given up for a reason");
    if (after.trouble === "gone" && row !== undefined) hold(isDisabled, "a webhook that asked for no more is ended");
  }
}

import { type Answer, createOperator } from "./instances.ts";
import type { Lambda } from "./lambda.ts";
import type { Change } from "./observed-table.ts";
import { type CallApi, createPartners, type Partner } from "./partners.ts";
import { between, magnitude, pick } from "./random.ts";
import { createReaders } from "./readers.ts";
import type { Rules } from "./rules.ts";
import type { createSecrets } from "./secrets.ts";
import type { Service } from "./service.ts";
import { createShares } from "./storms.ts";
import { putRight, type Truth } from "./truth.ts";
import type { Upstream } from "./upstream.ts";
import { createWatchers } from "./watchers.ts";
import type { Webhook } from "./webhooks.ts";
import type { World } from "./world.ts";

export type PeopleDeps = {
  readonly world: World;
  readonly truths: readonly Truth[];
  readonly partners: readonly Partner[];
  readonly webhooks: readonly Webhook[];
  readonly upstream: Upstream;
  readonly secrets: ReturnType<typeof createSecrets>;
  readonly service: Service;
  readonly rules: Rules;
  readonly skewMs: number;
  readonly start: number;
  readonly faultsUntil: number;
};

const dayMs = 86_400_000;

/** Does something again and again while there are faults. */
export type Every = (meanMs: number, act: () => void) => void;

/** Everybody who uses the service, all of them set going: partners, their readers, and operators. */
export function createPeople(deps: PeopleDeps) {
  const { world, truths, partners, webhooks, upstream, secrets, service, rules, start, faultsUntil } = deps;
  const { clock, random } = world;
  const shares = createShares(world, deps.skewMs);
  const callOf = (lambda: Lambda<Answer>): CallApi => {
    const call: CallApi = async (_, event) => {
      const { ended, process } = await lambda.invoke(event);
      return { answer: ended.kind === "answered" ? ended.value : undefined, servedBy: process.name };
    };
    return shares.watched(call);
  };
  const [callQuery, callFeed] = [callOf(service.query), callOf(service.feed)];

  const { plan, askAgain } = createPartners(
    {
      world,
      call: callQuery,
      onAsk(ask) {
        rules.onAsk(ask);
        rules.onSent(ask);
      },
      onHeard: rules.onHeard,
      hasFailedSince: secrets.hasFailedSince,
    },
    partners,
  );
  truths.forEach(plan);
  const watchers = createWatchers({
    world,
    truths,
    partners,
    call: callFeed,
    onWatch: (partner, { truth, tid }) => rules.onAsk({ kind: "own", truth, tid, partner }),
    onHeard: rules.feedRules.onWatched,
  });
  truths.forEach(watchers.plan);
  const { onRead, onReadSince, onStored, hasMore } = rules.feedRules;
  const readers = createReaders({
    world,
    call: callFeed,
    onRead,
    onReadSince,
    onStored,
    hasMore: ({ partnerId }, cursor) => hasMore(partnerId, cursor),
  });

  const every: Every = (meanMs, act) => {
    const at = clock.now() + magnitude(random, meanMs / 10, meanMs * 2);
    if (at >= faultsUntil) return;
    clock.at(at, () => {
      act();
      every(meanMs, act);
    });
  };
  function recheckByHand(chosen: readonly Truth[]): void {
    const { client, process } = service.startInstance("operator");
    const recheck = createOperator({ client, process });
    world.note("operator", `rechecks ${chosen.map(({ id }) => id)}`);
    void process.invoke(10 * 60_000, async () => {
      for (const { mid, merOrderId, instMid } of chosen) await recheck(mid, merOrderId, instMid).catch(() => undefined);
    });
  }
  every(3 * dayMs, () => recheckByHand([pick(random, truths)]));
  // Told by an alarm, somebody has all that is open checked at once, when that does not help at all.
  for (const { from, until } of upstream.outages) {
    const isOpen = ({ id }: Truth) => rules.invariants.isOpen(id);
    clock.at(between(random, from, until), () => recheckByHand(truths.filter(isOpen)));
  }
  if (world.has("rotation")) {
    every(10 * dayMs, secrets.rotatePlatform);
    every(10 * dayMs, secrets.rotatePartner);
  }
  if (world.has("webhook-changes")) every(8 * dayMs, () => pick(random, webhooks).change());
  if (world.has("lost-merchant")) clock.at(between(random, start, faultsUntil), () => secrets.loseMerchant());
  if (world.has("storms")) every(20 * dayMs, () => void shares.storm(partners, callFeed));

  const partnerNamed = (name: string) => partners.find(({ partnerId }) => partnerId === name);
  return {
    every,

    /** What partners do about a write, whether they know of it or are only impatient. */
    hearOf({ pk, sk, before, after }: Change): void {
      if (sk.startsWith("PAGE#")) {
        const partner = partnerNamed(pk.slice("FEED#".length));
        if (partner !== undefined) readers.wake(partner);
      }
      // A merchant goes elsewhere just when its events cannot be delivered.
      const isDelivery = sk.startsWith("DELIVERY#") && before === undefined;
      if (isDelivery && world.has("lost-merchant") && random() < 0.1)
        secrets.loseMerchant(sk.split("#")[1], pk.split("#")[1]);
      if (sk !== "STATE" || after.state !== "needs_review" || before?.state === "needs_review" || random() < 0.2)
        return;
      // Somebody waits for a refund that takes so long, has ChinaUMS look into it, and asks just then.
      const partner = Array.isArray(after.partners) ? partnerNamed(pick(random, after.partners)) : undefined;
      const truth = truths.find(({ id }) => pk === `REFUND#${id}`);
      if (partner === undefined || truth === undefined) return;
      clock.at(clock.now() + magnitude(random, 1_000, 2 * 60_000), () => {
        if (random() < 0.6) putRight(truth, clock.now());
        void askAgain(partner, truth);
      });
    },

    /** What a receiver does with an event before it answers. */
    async actOn(partner: Partner, id: string): Promise<void> {
      const truth = truths.find((one) => one.id === rules.telling.eventById(id)?.refund);
      if (truth !== undefined && random() < 0.3) await askAgain(partner, truth);
    },
  };
}

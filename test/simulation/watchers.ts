import type { Answer } from "./instances.ts";
import { partnerEvent } from "./partner-event.ts";
import { type CallApi, type Partner, tidFor } from "./partners.ts";
import { between, magnitude, pick } from "./random.ts";
import type { Truth } from "./truth.ts";
import type { World } from "./world.ts";

/** A refund as a partner registers it. */
export type Watched = { readonly truth: Truth; readonly tid: string };
/** A request that registers refunds, with the answer to it. */
export type WatchHeard = {
  readonly partner: Partner;
  readonly watched: readonly Watched[];
  readonly askedAt: number;
  readonly answer: Answer;
  readonly servedBy: string;
};

export type WatchersDeps = {
  readonly world: World;
  readonly truths: readonly Truth[];
  readonly partners: readonly Partner[];
  readonly call: CallApi;
  readonly onWatch: (partner: Partner, watched: Watched) => void;
  readonly onHeard: (heard: WatchHeard) => void;
};

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Partners that register refunds: at once, later, again, in bulk, and now and then what is not theirs. */
export function createWatchers({ world, truths, partners, call, onWatch, onHeard }: WatchersDeps) {
  const { clock, random } = world;

  async function register(truth: Truth): Promise<void> {
    const theirs = partners.filter(({ mids }) => mids.includes(truth.mid));
    const partner = pick(random, theirs.length > 0 ? theirs : partners);
    const others = random() < 0.5 ? [] : truths.filter(({ firstAskedAt }) => firstAskedAt <= clock.now()).slice(-5);
    const chosen = [...new Set([truth, ...others])];
    const watched = chosen.map((truth): Watched => ({ truth, tid: tidFor(random, truth) }));
    const refunds = watched.map(({ truth: { mid, instMid, merOrderId }, tid }) => ({ mid, instMid, merOrderId, tid }));
    for (let tries = between(random, 1, 6); tries > 0; tries--) {
      const askedAt = clock.now();
      world.note("watch", `${partner.partnerId} ${chosen.map(({ id }) => id)}`);
      for (const one of watched) if (partner.mids.includes(one.truth.mid)) onWatch(partner, one);
      const event = partnerEvent(world, partner, { path: "/v1/refunds/watch", body: { refunds } });
      const { answer, servedBy } = await call(partner, event);
      world.note("watched", `${partner.partnerId} ${answer?.statusCode ?? "none"} ${answer?.body ?? ""}`);
      if (answer !== undefined) onHeard({ partner, watched, askedAt, answer, servedBy });
      if (answer?.statusCode === 200) return;
      await clock.sleep(magnitude(random, 500, 5 * minuteMs));
    }
  }

  return {
    plan(truth: Truth): void {
      if (random() < 0.5) clock.at(truth.firstAskedAt + between(random, -1_000, 2_000), () => void register(truth));
      if (random() < 0.3) {
        clock.at(truth.firstAskedAt + magnitude(random, 1_000, 8 * dayMs), () => void register(truth));
      }
    },
  };
}

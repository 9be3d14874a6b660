import { type Episode, episodes, isIn } from "./faults.ts";
import { between, magnitude, pick, type Random } from "./random.ts";
import type { Faults } from "./table/faulty-client.ts";
import type { Truth } from "./truth.ts";
import type { World } from "./world.ts";

const hourMs = 3_600_000;

/** Times of seconds or minutes, each from while a refund is asked about first: after its claim, and before what comes of it. */
function betweenTwoWrites(random: Random, truths: readonly Truth[]): Episode[] {
  return Array.from({ length: 4 }, () => {
    const from = pick(random, truths).firstAskedAt + between(random, 1, 60);
    return { from, until: from + magnitude(random, 1_000, 10 * 60_000), mode: 0 };
  });
}

const lossyMs = 2_000;

/** Moments in which many answers are lost after the write, each while a refund is asked about first. */
function lossyMoments(random: Random, truths: readonly Truth[]): Episode[] {
  const some = truths.filter(() => random() < 0.6);
  return some.map(({ firstAskedAt }) => ({ from: firstAskedAt, until: firstAskedAt + lossyMs, mode: 0.5 }));
}

/** The faults of DynamoDB as the rates of this moment have them, and the times in which it is out of reach. */
export function createTableFaults(world: World, truths: readonly Truth[], from: number, until: number): Faults {
  const { random } = world;
  const lossy = lossyMoments(random, truths);
  const all = [...episodes(random, from, until, 3 * hourMs), ...betweenTwoWrites(random, truths)];
  const outages = all.map((one: Episode) => ({
    ...one,
    fails: one.mode < 0.7 ? ("calls" as const) : ("batches" as const),
  }));
  const rates: Partial<Record<keyof Faults, () => unknown>> = {
    throttled: () => world.rate("throttling"),
    conflict: () => world.rate("conflicts"),
    lostRequest: () => world.rate("lost-answers") / 2,
    lostAnswer: () => {
      const rate = world.rate("lost-answers");
      return rate > 0 ? (isIn(lossy, world.clock.now())?.mode ?? rate) : 0;
    },
    lateRequest: () => world.rate("late-writes"),
    partialBatch: () => world.rate("partial-batches"),
    outages: () => (world.has("table-outage") ? outages : []),
  };
  const faults = { latencyMs: [1, 9], lateMs: [0, 40_000], timeoutMs: 3_000 };
  for (const [name, get] of Object.entries(rates)) Object.defineProperty(faults, name, { get });
  return faults as unknown as Faults;
}

import { type Episode, episodes } from "./faults.ts";
import type { Faults } from "./table/faulty-client.ts";
import type { World } from "./world.ts";

const hourMs = 3_600_000;

/** The faults of DynamoDB as the rates of this moment have them, and the times in which it is out of reach. */
export function createTableFaults(world: World, from: number, until: number): Faults {
  const outages = episodes(world.random, from, until, 3 * hourMs).map((one: Episode) => ({
    ...one,
    fails: one.mode < 0.7 ? ("calls" as const) : ("batches" as const),
  }));
  const rates: Partial<Record<keyof Faults, () => unknown>> = {
    throttled: () => world.rate("throttling"),
    conflict: () => world.rate("conflicts"),
    lostRequest: () => world.rate("lost-answers") / 2,
    lostAnswer: () => world.rate("lost-answers"),
    lateRequest: () => world.rate("late-writes"),
    partialBatch: () => world.rate("partial-batches"),
    outages: () => (world.has("table-outage") ? outages : []),
  };
  const faults = { latencyMs: [1, 9], lateMs: [0, 40_000], timeoutMs: 3_000 };
  for (const [name, get] of Object.entries(rates)) Object.defineProperty(faults, name, { get });
  return faults as unknown as Faults;
}

import type { Lambda } from "./lambda.ts";
import { between } from "./random.ts";
import type { World } from "./world.ts";

const minuteMs = 60_000;

/**
 * EventBridge's schedules, one a group of shards: one invocation a minute. Minutes in which nothing is due and nobody is
 * sweeping are left out, because such an invocation only finds that out.
 */
export function createSchedule(deps: {
  readonly world: World;
  readonly groups: readonly (readonly string[])[];
  readonly lambda: Lambda<object>;
  /** When the earliest work of some shards is due. */
  readonly earliestDueAt: (shards: readonly string[]) => number | undefined;
}) {
  const { world, groups, lambda, earliestDueAt } = deps;
  const { clock, random } = world;
  let armedAt = Infinity;

  async function fire(shards: readonly string[]): Promise<void> {
    for (let tries = 1; tries <= 3; tries++) {
      const { ended } = await lambda.invoke({ shards });
      if (ended.kind === "answered") return;
      // As Lambda does with asynchronous invocations that have failed.
      await clock.sleep(minuteMs * tries);
    }
  }

  function minute(): void {
    armedAt = Infinity;
    for (const shards of groups) {
      const dueAt = earliestDueAt(shards) ?? Infinity;
      if (dueAt > clock.now() && random() > 0.02) continue;
      if (world.strikes("schedule")) {
        const isDoubled = random() < 0.5;
        world.note("schedule", isDoubled ? "doubled" : "missed");
        if (!isDoubled) continue;
        clock.at(clock.now() + between(random, 0, 5_000), () => void fire(shards));
      }
      void fire(shards);
    }
    arm();
  }

  /** Sees to it that the next minute in which something may be due is not left out. */
  function arm(): void {
    const earliest = Math.min(...groups.map((shards) => earliestDueAt(shards) ?? Infinity));
    const wanted = lambda.busy() > 0 ? clock.now() : earliest;
    if (wanted === Infinity) return;
    const at = (Math.floor(Math.max(wanted, clock.now()) / minuteMs) + 1) * minuteMs;
    if (at >= armedAt) return;
    armedAt = at;
    clock.at(at, () => at === armedAt && minute());
  }

  return { arm };
}

import { type Episode, isIn } from "./faults.ts";
import type { Ended, InvocationContext, Process } from "./process.ts";
import type { World } from "./world.ts";

/** A function with as many instances as it takes; each serves one invocation at a time and stays warm for a while. */
export interface Lambda<Answer> {
  invoke(event: object): Promise<{ readonly ended: Ended<Answer>; readonly process: Process }>;
  /** Invocations under way. */
  busy(): number;
}

type Instance<Answer> = {
  readonly process: Process;
  readonly handler: (event: object, context: InvocationContext) => Promise<Answer>;
};

export type LambdaDeps<Answer> = {
  readonly world: World;
  readonly limitMs: number;
  /** Starts an instance. */
  readonly start: (event: object) => Instance<Answer>;
  /** Times in which Lambda starts nothing, because there are too many invocations of others. */
  readonly throttled?: readonly Episode[];
};

const warmMs = 40 * 60_000;

export function createLambda<Answer>({ world, limitMs, start, throttled = [] }: LambdaDeps<Answer>): Lambda<Answer> {
  let instances: Instance<Answer>[] = [];
  let busy = 0;

  function take(event: object): Instance<Answer> {
    for (const { process } of instances) {
      if (process.isIdle() && world.clock.now() - process.idleSince() > warmMs) process.kill("no longer needed");
    }
    instances = instances.filter(({ process }) => !process.isDead());
    const warm = instances.find(({ process }) => process.isIdle());
    if (warm !== undefined) return warm;
    const fresh = start(event);
    instances.push(fresh);
    return fresh;
  }

  return {
    busy: () => busy,
    async invoke(event) {
      const { process, handler } = take(event);
      if (isIn(throttled, world.clock.now()) !== undefined) {
        world.note("throttled", JSON.stringify(event).slice(0, 80));
        return { ended: { kind: "threw", error: "throttled" }, process };
      }
      world.note("invocation", `${process.name} ${JSON.stringify(event).slice(0, 80)}`);
      busy++;
      const ended = await process.invoke(limitMs, (context) => handler(event, context));
      busy--;
      world.note("invocation ended", `${process.name} ${ended.kind}`);
      return { ended, process };
    },
  };
}

import { faultFields } from "../shared/telemetry/fault-fields.ts";
import type { Log } from "../shared/telemetry/log.ts";

export type WarmUpDeps = {
  /** What is done, by the name that a log has it under. */
  readonly works: Readonly<Record<string, () => Promise<unknown>>>;
  /** For so long it is waited for, in ms; far below the 10 s after which Lambda starts an instance anew. */
  readonly boundMs: number;
  readonly log: Log;
  readonly now: () => number;
};

/**
 * Does what the first invocation would have to wait for while the instance is starting, the only time when Lambda gives it a
 * whole CPU: what is fetched is kept, connections stay open, and code has run once. Never throws, since whatever fails here
 * the invocation itself tries again; a failure is logged by name.
 */
export async function warmUp({ works, boundMs, log, now }: WarmUpDeps): Promise<void> {
  const startedAt = now();
  const unfinished = new Set(Object.keys(works));
  const logFailure = (work: string, fault: object) =>
    log("warn", "warm_up", { work, durationMs: now() - startedAt, ...fault });

  const all = Object.entries(works).map(async ([work, begin]) => {
    try {
      await begin();
    } catch (error) {
      if (unfinished.has(work)) logFailure(work, faultFields(error));
    }
    unfinished.delete(work);
  });
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, boundMs);
  });
  await Promise.race([Promise.all(all), bound]);
  clearTimeout(timer);
  for (const work of unfinished) logFailure(work, { fault: "TOO_SLOW" });
  unfinished.clear();
}

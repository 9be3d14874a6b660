import { faultFields } from "../shared/telemetry/fault-fields.ts";
import type { Log } from "../shared/telemetry/log.ts";

export type WarmUpDeps = {
  /** What is done, by the name that the log has for it. */
  readonly works: Readonly<Record<string, () => Promise<unknown>>>;
  /** The longest wait for all of it, in ms; far below the 10 s after which Lambda starts an instance anew. */
  readonly boundMs: number;
  readonly log: Log;
  readonly now: () => number;
};

/**
 * Does the work that the first request would have to wait for. It runs while the instance starts, because only then does
 * Lambda give it a whole CPU: secrets are kept, connections stay open, and code has run once. Never throws, because a request
 * tries again whatever failed here. A failure is logged by name.
 */
export async function warmUp(deps: WarmUpDeps): Promise<void> {
  const { works, boundMs, log, now } = deps;
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

import type { Schedule } from "./stack/local-stack.ts";

/** Invokes what is scheduled, each at its rate or at `everyMs`, as EventBridge Scheduler does: handing over, not waiting. */
export function startSchedules(
  schedules: readonly Schedule[],
  invoke: (schedule: Schedule) => Promise<unknown>,
  everyMs: number | undefined,
): { close(): Promise<void> } {
  const timers = schedules.map((schedule) =>
    // A sweep that fails has said so in the log, and the next one does its work.
    setInterval(() => invoke(schedule).catch(() => undefined), everyMs ?? schedule.everyMs),
  );
  return {
    async close() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

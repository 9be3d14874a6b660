import type { Schedule } from "./stack/local-stack.ts";

export type SchedulesDeps = {
  readonly schedules: readonly Schedule[];
  readonly invoke: (schedule: Schedule) => Promise<unknown>;
  /** In place of every schedule's own rate, in ms. */
  readonly everyMs: number | undefined;
};

/** Invokes each schedule at its rate. Like EventBridge Scheduler it does not wait for an invocation to end. */
export function startSchedules({ schedules, invoke, everyMs }: SchedulesDeps): { close(): Promise<void> } {
  const timers = schedules.map((schedule) =>
    // A sweep that fails has logged why, and the next one does its work.
    setInterval(() => invoke(schedule).catch(() => undefined), everyMs ?? schedule.everyMs),
  );
  return {
    async close() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

import { Construct } from "constructs";
import { maxShards } from "../../shared/names.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { addSchedule, keepFailures, schedulerRole } from "./schedules.ts";
import type { ServiceFunction } from "./service-function.ts";

type RecheckScheduleProps = {
  readonly target: ServiceFunction;
  readonly groups: number;
  readonly deadLetters: DeadLetters;
};

/** Wakes the recheck function every minute, once for each group of shards. */
export class RecheckSchedule extends Construct {
  constructor(scope: Construct, id: string, { target, groups, deadLetters }: RecheckScheduleProps) {
    super(scope, id);
    const invoked = { target, deadLetters };
    const role = schedulerRole(this, "Role", invoked);
    // All shards, however few new due times are spread over, so that the setting can change while refunds wait.
    for (const shards of split(maxShards, groups)) {
      addSchedule(this, `Shards${shards[0]}To${shards.at(-1)}`, {
        ...invoked,
        role,
        description: `Rechecks refunds of shards ${shards[0]} to ${shards.at(-1)}.`,
        rate: "rate(1 minute)",
        input: { shards: shards.map(String) },
        retries: 2,
      });
    }
    keepFailures(this, "Failures", invoked);
  }
}

/** The numbers from 0 to `count` - 1, in `groups` runs of nearly the same length. */
function split(count: number, groups: number): number[][] {
  const start = (group: number) => Math.floor((group * count) / groups);
  return Array.from({ length: groups }, (_, group) =>
    Array.from({ length: start(group + 1) - start(group) }, (_, i) => start(group) + i),
  );
}

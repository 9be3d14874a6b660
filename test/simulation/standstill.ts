import type { Episode } from "./faults.ts";
import type { Change } from "./observed-table.ts";
import type { Process } from "./process.ts";
import { between } from "./random.ts";
import type { World } from "./world.ts";

/**
 * A telling process that stands still as soon as it has announced events, and in whose place nothing starts. So a refund may
 * change, and readers may come, between the page of a feed and its events.
 */
export function createStandstill({ clock, random, strikes }: World, outages: Episode[]) {
  return (process: Process, changes: readonly Change[]): void => {
    if (!changes.some(({ sk }) => sk.startsWith("PAGE#")) || !strikes("standstill")) return;
    const ms = between(random, 10_000, 5 * 60_000);
    process.freeze(ms);
    outages.push({ from: clock.now(), until: clock.now() + ms, mode: 0 });
  };
}

import type { Episode } from "./faults.ts";
import type { Change } from "./observed-table.ts";
import type { Process } from "./process.ts";
import { between } from "./random.ts";
import type { World } from "./world.ts";

/** A sweep that stands still when it has taken or renewed its lease, for so long that another may take its place. */
export function createSweepStandstill({ random, strikes }: World) {
  return (process: Process, changes: readonly Change[]): void => {
    if (!changes.some(({ sk }) => sk === "SWEEP") || !strikes("sweep-standstill")) return;
    process.freeze(between(random, 30_000, 3 * 60_000));
  };
}

/**
 * A telling process that stands still when it has announced events, or written one, and in whose place nothing starts. So a
 * refund may change, and readers may come, between the page of a feed, its events and the posts.
 */
export function createStandstill({ clock, random, strikes }: World, outages: Episode[]) {
  return (process: Process, changes: readonly Change[]): void => {
    if (!changes.some(({ sk }) => /^(PAGE|EVENT)#/.test(sk)) || !strikes("standstill")) return;
    const ms = between(random, 10_000, 5 * 60_000);
    process.freeze(ms);
    outages.push({ from: clock.now(), until: clock.now() + ms, mode: 0 });
  };
}

import { between, magnitude, type Random } from "./random.ts";

/**
 * What can go wrong, with its share of the rate that a simulation is run with. The shares of single calls to ChinaUMS add up
 * to about one, so that 5 % faults are 5 % of the questions. A process is struck at any of its many awaits, so rarely at each.
 */
export const faultShares = {
  timeout: 0.25,
  reset: 0.15,
  garbage: 0.1,
  gateway: 0.15,
  transient: 0.15,
  locked: 0.05,
  slow: 0.1,
  lies: 0.6,
  throttling: 0.1,
  conflicts: 0.2,
  "lost-answers": 0.3,
  "late-writes": 0.1,
  "partial-batches": 0.5,
  secrets: 0.5,
  kill: 0.01,
  freeze: 0.01,
  schedule: 0.5,
  stream: 2,
  webhooks: 2,
  gone: 0.05,
  readers: 2,
  standstill: 6,
  "sweep-standstill": 1,
  // Of these there are episodes, and the rate does not matter.
  outage: 1,
  refusals: 1,
  "table-outage": 1,
  rotation: 1,
  rollout: 1,
  "index-lag": 1,
  skew: 1,
  turns: 1,
  "webhook-outage": 1,
  "stream-outage": 1,
  "webhook-changes": 1,
  "lost-merchant": 1,
  storms: 1,
  "tell-outage": 1,
} as const;

export type FaultKind = keyof typeof faultShares;
export const faultKinds = Object.keys(faultShares) as readonly FaultKind[];

/** Something that goes wrong from an instant until another; what exactly, is for `mode` to say. */
export type Episode = { readonly from: number; readonly until: number; readonly mode: number };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Some episodes between two instants, one every ten days or so, each of minutes to days. */
export function episodes(random: Random, from: number, until: number, most: number): Episode[] {
  const count = Math.max(1, Math.round(((until - from) / dayMs / 10) * (0.5 + random())));
  return Array.from({ length: count }, () => {
    const begin = between(random, from, until);
    return { from: begin, until: Math.min(begin + magnitude(random, 60_000, most), until), mode: random() };
  });
}

export function isIn(list: readonly Episode[], now: number): Episode | undefined {
  return list.find(({ from, until }) => from <= now && now < until);
}

import type { Invariants } from "./invariants.ts";
import type { Truth } from "./truth.ts";
import type { Upstream } from "./upstream.ts";
import type { World } from "./world.ts";
export function checkLiveness(_: {
  world: World;
  truths: readonly Truth[];
  upstream: Upstream;
  invariants: Invariants;
}): number[] {
  return [];
}

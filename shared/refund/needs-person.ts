import { progressOf } from "./progress.ts";
import type { Refund } from "./refund.ts";

/**
 * Why a person should look at a refund.
 * - `review`: its ladder is spent; ChinaUMS should be asked by another way
 * - `refused`: ChinaUMS objects to the request or to the merchant's set-up, or answers about another refund
 * - `refused_us`: ChinaUMS refuses our key, address or clock, which concerns every refund
 * - `silent`: checks have given nothing for a day
 */
export const needs = ["review", "refused", "refused_us", "silent"] as const;
export type Need = (typeof needs)[number];

const silentAfterMs = 86_400_000;

/** What a refund needs a person for at `now` (epoch ms), whether that is acknowledged or not. */
export function needOf({ state, reading, stalledSince }: Refund, now: number): Need | undefined {
  if (state === "succeeded" || state === "failed") return undefined;
  if (state === "needs_review") return "review";
  const progress = reading && progressOf(reading);
  if (progress === "refused" || progress === "refused_us") return progress;
  return stalledSince !== undefined && now - stalledSince >= silentAfterMs ? "silent" : undefined;
}

/** True while a refund needs a person and nobody has acknowledged just that. */
export function needsPerson(refund: Refund, now: number): boolean {
  const need = needOf(refund, now);
  return need !== undefined && need !== refund.acknowledged;
}

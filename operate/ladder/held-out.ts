import type { SettleAge } from "./settle-age.ts";

/** Refunds are dealt out to so many parts in turn, and one part after another can be held out. */
export const parts = 4;

export type HeldOut = { readonly heldOut: readonly SettleAge[]; readonly others: readonly SettleAge[] };

/** Holds out one part of the refunds: what the others propose is measured on it. */
export function holdOut(ages: readonly SettleAge[], part: number): HeldOut {
  const isHeldOut = (_: SettleAge, i: number) => i % parts === part;
  return { heldOut: ages.filter(isHeldOut), others: ages.filter((age, i) => !isHeldOut(age, i)) };
}

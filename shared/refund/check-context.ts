import type { Asked } from "./asked.ts";
import type { Ladders } from "./recheck-ladder.ts";

/** What, besides the answer, decides what becomes of a refund by a check. `now` is epoch ms. */
export type CheckContext = {
  readonly asked: Asked;
  readonly now: number;
  readonly random: () => number;
  readonly ladders: Ladders;
};

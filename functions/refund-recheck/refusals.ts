import { progressOf } from "../../shared/refund/progress.ts";
import type { Reading } from "../../shared/refund/reading.ts";

/** So many refusals of our credentials in a row are taken for more than chance. */
export const maxRefusals = 3;

/** Keeps count of refusals of our credentials, which ChinaUMS may mean for one merchant or for all of us. */
export interface Refusals {
  /** Takes note of what a check told, and returns whether it was such a refusal. */
  record(mid: string, reading: Reading): boolean;
  /** True for a merchant that has been refused so often in a row that the others come first. */
  isSpared(mid: string): boolean;
  /** True if more than one merchant is refused, so that no question would be answered now. */
  isTotal(): boolean;
  /** True if nothing but refusals has come since so many questions. */
  isRow(): boolean;
}

export function createRefusals(): Refusals {
  const byMid = new Map<string, number>();
  const midsInRow = new Set<string>();
  let row = 0;
  return {
    record(mid, reading) {
      const isRefused = progressOf(reading) === "refused_us";
      if (isRefused) {
        row++;
        midsInRow.add(mid);
        byMid.set(mid, (byMid.get(mid) ?? 0) + 1);
      } else {
        row = 0;
        midsInRow.clear();
        byMid.delete(mid);
      }
      return isRefused;
    },
    isSpared: (mid) => (byMid.get(mid) ?? 0) >= maxRefusals,
    isTotal: () => row >= maxRefusals && midsInRow.size > 1,
    isRow: () => row >= maxRefusals,
  };
}

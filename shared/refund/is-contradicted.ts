import type { Outcome, Reading } from "./reading.ts";

/**
 * True if what ChinaUMS says now cannot be true beside the final state on record: the other outcome, "still processing",
 * or "no such refund". An answer that tells nothing about the refund contradicts nothing.
 */
export function isContradicted(state: Outcome, reading: Reading): boolean {
  switch (reading.kind) {
    case "settled":
      return reading.outcome !== state;
    case "processing":
    case "not_found":
      return true;
    case "unclear":
    case "blocked":
    case "mismatch":
      return false;
  }
}

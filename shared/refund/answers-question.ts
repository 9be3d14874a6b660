import type { Asked } from "./asked.ts";
import type { Refund } from "./refund.ts";

/**
 * True if what the last check gave is an answer to this question too. What belongs to another question is never given:
 * an objection to a request, somebody else's refund, or no refund under another terminal number.
 *
 * This is the one rule for recent answers, requests that wait for another one, and replays.
 */
export function answersQuestion({ reading, lastAsked }: Refund, asked: Asked): boolean {
  switch (reading?.kind) {
    case undefined:
      return false;
    case "settled":
    case "processing":
    case "unclear":
      return true;
    case "not_found":
      return lastAsked?.tid === asked.tid;
    case "mismatch":
      return isSameQuestion(lastAsked, asked);
    case "blocked":
      return reading.by !== "request" || isSameQuestion(lastAsked, asked);
  }
}

function isSameQuestion(last: Asked | undefined, asked: Asked): boolean {
  return last?.digest !== undefined && last.digest === asked.digest;
}

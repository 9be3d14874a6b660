import type { BlockedBy, Reading, UnclearCause } from "./reading.ts";

/**
 * What a check that did not settle has told, as far as planning the next one goes.
 * - `told`: ChinaUMS spoke of the refund, or said that it knows none
 * - `unanswered`: no answer of use; the question stands, and the next try may be the one that is answered
 * - `refused`: asking again cannot help until somebody mends the request or the merchant's set-up
 * - `refused_us`: our credentials were refused, which concerns every refund alike
 */
export type Progress = "told" | "unanswered" | "refused" | "refused_us";

const byCause = {
  timeout: "unanswered",
  unreachable: "unanswered",
  unreadable: "unanswered",
  gateway: "unanswered",
  transient: "unanswered",
  locked: "unanswered",
  unknown: "told",
  unfamiliar: "told",
} as const satisfies Record<UnclearCause, Progress>;

const byObjection = {
  credentials: "refused_us",
  configuration: "refused",
  request: "refused",
} as const satisfies Record<BlockedBy, Progress>;

export function progressOf(reading: Reading): Progress {
  switch (reading.kind) {
    case "settled":
    case "processing":
    case "not_found":
      return "told";
    case "unclear":
      return byCause[reading.cause];
    case "blocked":
      return byObjection[reading.by];
    case "mismatch":
      return "refused";
  }
}

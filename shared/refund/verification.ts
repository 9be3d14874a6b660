import type { AnswerFields, Check, MatchedBy } from "./check.ts";
import type { Outcome, Reading } from "./reading.ts";

/** What ChinaUMS said when an operator had a final refund checked once more. Nothing on record changes by it. */
export type Verification = {
  /** Epoch ms. */
  readonly at: number;
  readonly reading: Reading;
  readonly code: string | undefined;
  readonly matchedBy: MatchedBy | undefined;
  /** True if ChinaUMS now says something else of this refund than what is on record. */
  readonly contradicts: boolean;
  readonly latencyMs: number;
  readonly fields: AnswerFields | undefined;
};

/** What a check tells about an outcome that is on record. A check that tells nothing does not contradict. */
export function verifyOutcome(outcome: Outcome, check: Check, at: number): Verification {
  const { reading, code, matchedBy, latencyMs, answer: fields } = check;
  const contradicts = reading.kind === "settled" ? reading.outcome !== outcome : reading.kind === "processing";
  return { at, reading, code, matchedBy, contradicts, latencyMs, fields };
}

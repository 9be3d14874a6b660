/** How a refund ended: the customer has the money, or will not get it by this refund. */
export const outcomes = ["succeeded", "failed"] as const;
export type Outcome = (typeof outcomes)[number];

/**
 * Why an answer tells us nothing new about the refund.
 * - `timeout`, `unreachable`, `unreadable`: no answer that could be read
 * - `gateway`: readable, but the gateway failed before the business system saw the question
 * - `transient`: upstream or the channel failed this call
 * - `locked`: upstream has the order locked and wants no question about it for a minute
 * - `unknown`: upstream itself says that it does not know
 * - `unfamiliar`: a code or word that this project has never seen
 */
export const unclearCauses = [
  "timeout",
  "unreachable",
  "unreadable",
  "gateway",
  "transient",
  "locked",
  "unknown",
  "unfamiliar",
] as const;
export type UnclearCause = (typeof unclearCauses)[number];

/** What upstream objects to: who we are, how the merchant or we are set up, or this one request. */
export const objections = ["credentials", "configuration", "request"] as const;
export type BlockedBy = (typeof objections)[number];

/** What one check of a refund tells. Only `settled` moves money state; it is made by the finality rule alone. */
export type Reading =
  | { readonly kind: "settled"; readonly outcome: Outcome }
  | { readonly kind: "processing" }
  | { readonly kind: "not_found" }
  | { readonly kind: "unclear"; readonly cause: UnclearCause }
  | { readonly kind: "blocked"; readonly by: BlockedBy }
  | { readonly kind: "mismatch" };

/** Every reading of each kind. A kind without a row does not compile, so what can be read can be stored and read back. */
const readingsByKind = {
  settled: outcomes.map((outcome): Reading => ({ kind: "settled", outcome })),
  processing: [{ kind: "processing" }],
  not_found: [{ kind: "not_found" }],
  unclear: unclearCauses.map((cause): Reading => ({ kind: "unclear", cause })),
  blocked: objections.map((by): Reading => ({ kind: "blocked", by })),
  mismatch: [{ kind: "mismatch" }],
} satisfies Record<Reading["kind"], readonly Reading[]>;

export const allReadings: readonly Reading[] = Object.values(readingsByKind).flat();

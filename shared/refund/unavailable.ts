/**
 * What can be out of reach of a request, with a sentence for whoever reads the stack:
 * - `RECORD_UNAVAILABLE`: the store of refunds did not answer, or not in time, or refused
 * - `RECORD_UNREADABLE`: the store gave a record that this version of the code cannot read
 * - `SECRETS_UNAVAILABLE`: the service that keeps the secrets did not answer, or not in time, or refused
 * - `LOOK_UPS_EXHAUSTED`: unknown AppIds have used up the look-ups of this second, so a partner cannot be told from a stranger
 */
const unavailable = {
  RECORD_UNAVAILABLE: "the store of refunds is unavailable",
  RECORD_UNREADABLE: "a stored record cannot be read",
  SECRETS_UNAVAILABLE: "the secrets are unavailable",
  LOOK_UPS_EXHAUSTED: "no more look-ups of unknown AppIds in this second",
} as const;

export type UnavailableCode = keyof typeof unavailable;

/** A service that we depend on is in trouble. The caller may try again in a moment; `cause` has what was thrown. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
  readonly code: UnavailableCode;

  constructor(code: UnavailableCode, options?: ErrorOptions) {
    super(unavailable[code], options);
    this.code = code;
  }
}

import type { FaultCode } from "./fault-rows.ts";

/** What goes beside the fixed sentences of a fault; all of it is for the partner's eyes. */
export type FaultDetails = {
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  readonly recheck?: object;
  /** After so many ms the partner may try again. */
  readonly retryAfterMs?: number;
  /** From this instant (epoch ms) on another try may go better; used where there is no `retryAfterMs`. */
  readonly retryAt?: number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Ends a request with the row of its code. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;
  readonly details: FaultDetails;

  constructor(code: FaultCode, details: FaultDetails = {}, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.details = details;
  }
}

import type { FaultCode } from "./fault-rows.ts";
import type { WrongField } from "./wrong-field.ts";

/** What goes beside the fixed sentences of a fault; all of it is for the partner's eyes. */
export type FaultDetails = {
  readonly errors?: readonly WrongField[];
  readonly recheck?: object;
  /** In place of the sentence of the row, where it has to name a number. */
  readonly detail?: string;
  /** After so many ms the partner may try again. */
  readonly retryAfterMs?: number;
  /** From this instant (epoch ms) on another try may go better; used where there is no `retryAfterMs`. */
  readonly retryAt?: number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
};

/** How a fault is told: by HTTP's own statuses and problem+json, or as ChinaUMS tells its faults. */
export type Dialect = "http" | "chinaums";

/** How the client that gets the fault reads its answers. */
export type FaultForm = {
  readonly dialect: Dialect;
  /** True if the request was sent as `{"data": {…}}`, so that the answer has a copy of its members there. */
  readonly inData: boolean;
};

/** Ends a request with the row of its code. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;
  readonly details: FaultDetails;
  readonly form: FaultForm;

  constructor(code: FaultCode, details: FaultDetails = {}, options: ErrorOptions & { readonly form?: FaultForm } = {}) {
    super(code, options);
    this.code = code;
    this.details = details;
    this.form = options.form ?? { dialect: "http", inData: false };
  }

  /** The same fault for a client that reads its answers in another form. */
  as(form: Partial<FaultForm>): Fault {
    return new Fault(this.code, this.details, { cause: this.cause, form: { ...this.form, ...form } });
  }
}

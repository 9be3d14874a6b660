import { UnavailableError } from "../refund/unavailable.ts";
import { Fault } from "./fault.ts";

/** The fault that ends a request in which `error` was thrown. */
export function faultOfError(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (!(error instanceof UnavailableError)) return new Fault("internal", {}, { cause: error });
  switch (error.code) {
    case "LOOK_UPS_EXHAUSTED":
      return new Fault("partner_unknown_now", {}, { cause: error });
    case "RECORD_UNAVAILABLE":
    case "RECORD_UNREADABLE":
    case "SECRETS_UNAVAILABLE":
      return new Fault("unavailable", {}, { cause: error });
  }
}

import type { RefundIdentity } from "../shared/refund/refund.ts";
import { faultFields } from "../shared/telemetry/fault-fields.ts";
import type { Log } from "../shared/telemetry/log.ts";

/** Hears what goes wrong with single refunds while a function works on many. */
export type FaultListener = {
  /** A refund that something could not be done or written down for. */
  onFailed(refund: RefundIdentity, error: unknown): void;
  /** The key of a record that cannot be read. */
  onUnreadable(key: string): void;
};

/** Work on thousands of refunds may fail in thousands of ways; more lines than these would say nothing new. */
const maxLines = 20;

/**
 * Logs one line called `event` for each distinct fault of an invocation, with the first refund that met it, and one for each
 * unreadable record.
 */
export function createFaultLog(log: Log, event: string, requestId: string): FaultListener {
  const logged = new Set<string>();

  function logOnce(what: string, write: () => void): void {
    if (logged.has(what) || logged.size >= maxLines) return;
    logged.add(what);
    write();
  }

  return {
    onFailed({ mid, instMid, merOrderId }, error) {
      const fault = faultFields(error);
      logOnce(JSON.stringify(fault), () => {
        log("error", event, { requestId, mid, instMid, merOrderId, ...fault });
      });
    },
    onUnreadable(key) {
      const [, mid, instMid, merOrderId] = key.split("#");
      logOnce(key, () => log("error", "unreadable_record", { requestId, mid, instMid, merOrderId }));
    },
  };
}

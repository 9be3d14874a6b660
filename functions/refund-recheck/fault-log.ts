import { faultFields } from "../../shared/telemetry/fault-fields.ts";
import type { Log } from "../../shared/telemetry/log.ts";
import type { SweepListener } from "./recheck-due.ts";

/** A sweep of thousands of refunds may fail in thousands of ways; more lines than these would say nothing new. */
const maxLines = 20;

/** Logs one line for each distinct fault of a sweep, with the first refund that met it, and one for each unreadable record. */
export function createFaultLog(log: Log, requestId: string): Pick<SweepListener, "onFailed" | "onUnreadable"> {
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
        log("error", "refund_recheck_fault", { requestId, mid, instMid, merOrderId, ...fault });
      });
    },
    onUnreadable(key) {
      const [, mid, instMid, merOrderId] = key.split("#");
      logOnce(key, () => log("error", "unreadable_record", { requestId, mid, instMid, merOrderId }));
    },
  };
}

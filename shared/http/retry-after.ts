import type { Fault } from "./fault.ts";
import { type FaultRow, faultRows } from "./fault-rows.ts";

/** A refund's next check may be hours away, but trouble of ours or of ChinaUMS rarely lasts that long. */
const maxWaitMs = 60_000;

/**
 * The value of `Retry-After` for a fault that is told at `now` (epoch ms): whole seconds, rounded up, at least 1.
 * Undefined where another try would go no better. Source: RFC 9110 §10.2.3.
 */
export function retryAfterSeconds(fault: Fault, now: number): number | undefined {
  const waitMs = waitOf(fault, now);
  return waitMs === undefined ? undefined : Math.max(1, Math.ceil(waitMs / 1000));
}

function waitOf({ code, details }: Fault, now: number): number | undefined {
  const row: FaultRow = faultRows[code];
  if (details.retryAfterMs !== undefined) return details.retryAfterMs;
  if (row.retryAfterMs === undefined || details.retryAt === undefined) return row.retryAfterMs;
  return Math.min(details.retryAt - now, maxWaitMs);
}

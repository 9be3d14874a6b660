import type { PartnerChange } from "../shared/aws/partner-audit-item.ts";
import { formatTable } from "./format-table.ts";
import { isoInstant } from "./format-time.ts";

/** The changes of a partner for people, oldest first. */
export function formatHistory(changes: readonly PartnerChange[]): string {
  if (changes.length === 0) return "No change is on record.";
  const rows = changes.map(({ at, change, by, requestId }) => [isoInstant(at) ?? "", change, by, requestId ?? ""]);
  return formatTable(["AT", "CHANGE", "BY", "REQUEST ID IN CLOUDTRAIL"], rows);
}

/** A change of a partner for programs. Instants are in ISO 8601. */
export function historyJson({ at, change, by, requestId }: PartnerChange): object {
  return { at: isoInstant(at), change, by, requestId: requestId ?? null };
}

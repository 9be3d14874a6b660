import type { RecordedRefund } from "./recorded-refund.ts";
import { recordedJson } from "./refund-json.ts";

const columns = [
  "mid",
  "instMid",
  "merOrderId",
  "tid",
  "state",
  "reading",
  "code",
  "attempts",
  "partners",
  "firstSeenAt",
  "checkedAt",
  "nextCheckAt",
  "problem",
] as const;

/** Refunds as comma-separated values (RFC 4180), a line each, with a line of names first. */
export async function* refundCsv(refunds: AsyncIterable<RecordedRefund>): AsyncGenerator<string> {
  yield line(columns);
  for await (const recorded of refunds) {
    const members = recordedJson(recorded) as Readonly<Record<string, unknown>>;
    yield line(columns.map((name) => text(members[name])));
  }
}

function line(cells: readonly string[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function text(value: unknown): string {
  if (value === undefined || value === null) return "";
  return Array.isArray(value) ? value.join(" ") : String(value);
}

/** A spreadsheet would run an order number as a formula if it begins as one. */
function cell(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

import { isoInstant } from "../../operate/format-time.ts";
import type { RecordedRefund } from "../../operate/recorded-refund.ts";
import { readingWord } from "../../shared/refund/reading-word.ts";

const columns = [
  "mid",
  "instMid",
  "merOrderId",
  "tid",
  "state",
  "reading",
  "code",
  "attempts",
  "firstSeenAt",
  "checkedAt",
  "nextCheckAt",
  "partners",
  "acknowledged",
] as const;

/** The lines of a table of refunds, as they are read. Instants are in ISO 8601. */
export async function* csvLines(refunds: AsyncIterable<RecordedRefund>): AsyncGenerator<string> {
  // The mark tells Excel that the text is UTF-8.
  yield `\uFEFF${columns.join(",")}\r\n`;
  for await (const one of refunds) yield `${cellsOf(one).map(quoted).join(",")}\r\n`;
}

function cellsOf(one: RecordedRefund): string[] {
  const { mid, instMid, merOrderId } = one.refund;
  if (one.kind === "unreadable") return [mid, instMid, merOrderId, "", "unreadable", "", one.refund.problem];
  const { refund } = one;
  return [
    mid,
    instMid,
    merOrderId,
    refund.confirmedTid ?? refund.tid,
    refund.state,
    refund.reading === undefined ? "" : readingWord(refund.reading),
    refund.code ?? "",
    String(refund.attempts),
    isoInstant(refund.firstSeenAt) ?? "",
    isoInstant(refund.checkedAt) ?? "",
    isoInstant(refund.dueAt) ?? "",
    refund.partners.join(" "),
    refund.acknowledged ?? "",
  ];
}

/** A spreadsheet would run what begins like a formula. */
function quoted(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

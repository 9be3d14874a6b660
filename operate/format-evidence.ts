import type { Evidence } from "../shared/refund/evidence.ts";
import { readingWord } from "../shared/refund/reading-word.ts";
import { formatTable } from "./format-table.ts";
import { isoInstant } from "./format-time.ts";

/** What came of checks that gave no answer, for people. */
export function formatEvidence(evidence: readonly Evidence[]): string {
  return formatTable(
    ["last", "checks", "reading", "code", "HTTP", "bytes", "digest", "what came"],
    evidence.map(({ at, times, reading, code = "", cameBack }) => [
      isoInstant(at) ?? "",
      String(times),
      readingWord(reading),
      code,
      String(cameBack?.status ?? "none"),
      String(cameBack?.bytes ?? ""),
      cameBack?.digest ?? "",
      cameBack?.excerpt ?? "",
    ]),
  );
}

/** A row of evidence for programs. */
export function evidenceJson({ at, times, reading, code, cameBack }: Evidence): object {
  return { at: isoInstant(at), times, reading: readingWord(reading), code: code ?? null, cameBack: cameBack ?? null };
}

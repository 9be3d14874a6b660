import { readingWord } from "../shared/refund/reading-word.ts";
import { isFinal, type KeptAnswer, type Refund } from "../shared/refund/refund.ts";

/** A table for people: columns as wide as their widest cell. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  return [header, ...rows].map(line).join("\n");
}

/** A refund as a program gets it: instants in ISO 8601. */
export function refundJson(refund: Refund): object {
  const { mid, instMid, merOrderId, tid, state, attempts, partners, code } = refund;
  return {
    mid,
    instMid,
    merOrderId,
    tid,
    state,
    reading: refund.reading === undefined ? null : readingWord(refund.reading),
    code: code ?? null,
    attempts,
    partners,
    firstSeenAt: iso(refund.firstSeenAt),
    checkedAt: iso(refund.checkedAt),
    nextCheckAt: iso(refund.dueAt),
  };
}

export function answerJson({ at, latencyMs, reading, fields }: KeptAnswer): object {
  return { at: iso(at), latencyMs, reading: readingWord(reading), answer: fields };
}

/** One refund a line, the oldest trouble told by its age. */
export function formatList(refunds: readonly Refund[], now: number): string {
  if (refunds.length === 0) return "none";
  const rows = refunds.map((refund) => [
    refund.mid,
    refund.instMid,
    refund.merOrderId,
    refund.state,
    lastCheck(refund),
    String(refund.attempts),
    duration(now - refund.firstSeenAt),
    nextCheck(refund, now),
    refund.partners.join(","),
  ]);
  const header = ["mid", "instMid", "merOrderId", "state", "last check", "checks", "age", "next check", "partners"];
  return table(header, rows);
}

/** One refund, and its distinct answers as a timeline. */
export function formatRefund(refund: Refund, answers: readonly KeptAnswer[], now: number): string {
  const { mid, instMid, merOrderId, tid, state, attempts } = refund;
  return [
    `Refund     ${merOrderId}  mid ${mid}  tid ${tid}  ${instMid}`,
    `State      ${state}  (last check: ${lastCheck(refund)}, ${attempts} checks)`,
    `Partners   ${refund.partners.join(", ")}`,
    `First seen ${iso(refund.firstSeenAt)}  (${duration(now - refund.firstSeenAt)} ago)`,
    `Checked  ${iso(refund.checkedAt) ?? "not yet"}`,
    `Next check  ${iso(refund.dueAt) ?? (isFinal(state) ? "none, it is final" : "only by hand")}`,
    "",
    answers.length === 0
      ? "No answer about it so far."
      : table(
          ["when", "reading", "errCode", "refundStatus", "ms", "errMsg"],
          answers.map(({ at, reading, latencyMs, fields }) => [
            iso(at) ?? "",
            readingWord(reading),
            String(fields.errCode ?? ""),
            String(fields.refundStatus ?? ""),
            String(latencyMs),
            String(fields.errMsg ?? ""),
          ]),
        ),
  ].join("\n");
}

function lastCheck({ reading, code }: Refund): string {
  if (reading === undefined) return "none yet";
  return code === undefined ? readingWord(reading) : `${readingWord(reading)} ${code}`;
}

function nextCheck({ state, dueAt }: Refund, now: number): string {
  if (dueAt === undefined) return isFinal(state) ? "none" : "by hand";
  const inMs = dueAt - now;
  return inMs <= 0 ? `due ${duration(-inMs)}` : `in ${duration(inMs)}`;
}

/** The two largest units that say anything: `3d 4h`, `12m 5s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  const from = parts.findIndex(([count]) => count > 0);
  if (from < 0) return "0s";
  return parts
    .slice(from, from + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => count + unit)
    .join(" ");
}

function iso(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : new Date(epochMs).toISOString();
}

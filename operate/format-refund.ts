import { readingWord } from "../shared/refund/reading-word.ts";
import { isFinal, type KeptAnswer, type Refund } from "../shared/refund/refund.ts";
import type { Verification } from "../shared/refund/verification.ts";
import { formatEvidence } from "./format-evidence.ts";
import { formatTable } from "./format-table.ts";
import { formatDuration, isoInstant } from "./format-time.ts";
import { formatTold } from "./format-told.ts";
import type { RecordedRefund } from "./recorded-refund.ts";
import { answersOf, type RefundHistory } from "./refund-history.ts";

const listHeader = ["mid", "instMid", "merOrderId", "state", "last check", "checks", "age", "next check", "partners"];

/** One refund a line. One that cannot be read has its key there, and what is wrong with it. */
export function formatList(refunds: readonly RecordedRefund[], now: number): string {
  if (refunds.length === 0) return "none";
  return formatTable(
    listHeader,
    refunds.map((recorded) => {
      const { mid, instMid, merOrderId } = recorded.refund;
      if (recorded.kind === "unreadable") return [mid, instMid, merOrderId, "unreadable", recorded.refund.problem];
      const { refund } = recorded;
      return [
        mid,
        instMid,
        merOrderId,
        refund.state,
        lastCheck(refund),
        String(refund.attempts),
        formatDuration(now - refund.firstSeenAt),
        nextCheck(refund, now),
        refund.partners.join(","),
      ];
    }),
  );
}

/** One refund, its distinct answers as a timeline, what became of later verifications, and what partners were told. */
export function formatRefund(refund: Refund, history: RefundHistory, now: number): string {
  const { mid, instMid, merOrderId, tid, state, attempts } = refund;
  const { verifications, told, unreadable } = history;
  return [
    `Refund     ${merOrderId}  mid ${mid}  tid ${tid}  ${instMid}`,
    `State      ${state}  (last check: ${lastCheck(refund)}; ${attempts} ${attempts === 1 ? "check" : "checks"})`,
    `Partners   ${refund.partners.join(", ")}`,
    `First seen ${isoInstant(refund.firstSeenAt)}  (${formatDuration(now - refund.firstSeenAt)} ago)`,
    `Checked    ${isoInstant(refund.checkedAt) ?? "not yet"}`,
    `Next check ${isoInstant(refund.dueAt) ?? (isFinal(state) ? "none, it is final" : "only by hand")}`,
    "",
    formatAnswers(answersOf(refund, history)),
    ...(refund.evidence.length === 0 ? [] : ["", "Checks without an answer:", formatEvidence(refund.evidence)]),
    ...(verifications.length === 0 ? [] : ["", "Checked again after it was final:", formatAudit(verifications)]),
    ...(told.length === 0 ? [] : ["", "Told to partners:", formatTold(told)]),
    ...(unreadable.length === 0 ? [] : ["", `Cannot be read: ${unreadable.join(", ")}`]),
  ].join("\n");
}

function formatAnswers(answers: readonly KeptAnswer[]): string {
  if (answers.length === 0) return "ChinaUMS has given no answer about it so far.";
  return formatTable(
    ["when", "reading", "errCode", "refundStatus", "ms", "errMsg"],
    answers.map(({ at, reading, latencyMs, fields }) => [
      isoInstant(at) ?? "",
      readingWord(reading),
      String(fields.errCode ?? ""),
      String(fields.refundStatus ?? ""),
      String(latencyMs),
      String(fields.errMsg ?? ""),
    ]),
  );
}

function formatAudit(verifications: readonly Verification[]): string {
  return formatTable(
    ["when", "reading", "code", "matched by", "ms", "the record"],
    verifications.map(({ at, reading, code = "", matchedBy = "", latencyMs, contradicts }) => [
      isoInstant(at) ?? "",
      readingWord(reading),
      code,
      matchedBy,
      String(latencyMs),
      contradicts ? "contradicted" : "not contradicted",
    ]),
  );
}

/** What ChinaUMS says now about a final refund, and what that means for the record. */
export function formatVerification({ state }: Refund, { reading, code, matchedBy, contradicts }: Verification): string {
  const said = [readingWord(reading), code].filter(Boolean).join(" ");
  const matched = matchedBy === undefined ? "" : `, matched by ${matchedBy}`;
  return [`ChinaUMS says now: ${said}${matched}.`, consequence()].join("\n");

  function consequence(): string {
    if (contradicts) return `This contradicts the record, which says ${state}. Nothing was changed; ask ChinaUMS why.`;
    if (reading.kind === "settled") return `This agrees with the record, which says ${state}. Nothing was changed.`;
    return `This says nothing about the outcome. The record still says ${state}; nothing was changed.`;
  }
}

function lastCheck({ reading, code }: Refund): string {
  if (reading === undefined) return "none yet";
  return code === undefined ? readingWord(reading) : `${readingWord(reading)} ${code}`;
}

function nextCheck({ state, dueAt }: Refund, now: number): string {
  if (dueAt === undefined) return isFinal(state) ? "none" : "by hand";
  const inMs = dueAt - now;
  return inMs <= 0 ? `due ${formatDuration(-inMs)}` : `in ${formatDuration(inMs)}`;
}

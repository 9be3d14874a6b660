import type { PartnerAnswer } from "./ask-once.ts";
import { type Recheck, recheckOf, type Verdict } from "./verdict.ts";

const shownChars = 200;

/** The answer for a person: what it means, whether it is final and why not, and when the next check is. */
export function formatAnswer(answer: PartnerAnswer, { end, sentence }: Verdict): string {
  const { status, body = {}, text } = answer;
  const recheck = recheckOf(answer);
  const lines = [
    `HTTP ${status}  ${answer.body === undefined ? beginningOf(text) : codeAndText(body)}`.trimEnd(),
    sentence,
    ...(Array.isArray(body.errors) ? body.errors.map(({ field, message }) => `  ${field}: ${message}`) : []),
    ...(typeof body.totalAmount === "number" ? [`Amount     ${yuan(body.totalAmount)} (the payment's)`] : []),
    ...(end === "untold" ? [] : [`Final      ${end === "open" ? "no" : "yes"}`]),
    ...(recheck ? [`Checked    ${checkedWhen(recheck)}`] : []),
    ...(recheck && !recheck.final ? [`Next check ${recheck.nextCheckAt ?? "only by hand"}`] : []),
    ...(recheck?.expectedBy ? [`Expected   ${recheck.expectedBy} (nine in ten of its product)`] : []),
    ...(body.requestId === undefined ? [] : [`Request    ${body.requestId}`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** One check that was not final, on one line. The line stays the same until the next check. */
export function formatCheck(answer: PartnerAnswer): string {
  const { checkedAt, attempts, nextCheckAt } = recheckOf(answer) ?? {};
  const said = codeAndText(answer.body ?? {});
  return `${checkedAt ?? "not checked"}  check ${attempts ?? 0}  ${said}  next ${nextCheckAt ?? "unknown"}`;
}

/** The answer for a program. One that is no JSON object comes with its status. */
export function jsonOf({ status, body, text }: PartnerAnswer): object {
  return body ?? { httpStatus: status, text };
}

function codeAndText(body: Readonly<Record<string, unknown>>): string {
  const said = [body.errCode, body.errMsg ?? body.errInfo ?? body.message].filter(Boolean).join(" ");
  return body.refundStatus === undefined ? said : `${said}  refundStatus ${body.refundStatus}`;
}

/** What a page or a proxy says begins like this. */
function beginningOf(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > shownChars ? `${line.slice(0, shownChars)}…` : line;
}

function checkedWhen({ checkedAt, attempts, source }: Recheck): string {
  const from = source === "record" ? "from the record" : "just now";
  return `${checkedAt ?? "not yet"} (${attempts} so far; ${from})`;
}

function yuan(amountFen: number): string {
  const fen = String(Math.abs(amountFen)).padStart(3, "0");
  return `${amountFen < 0 ? "-" : ""}¥${fen.slice(0, -2)}.${fen.slice(-2)}`;
}

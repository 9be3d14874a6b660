import { readRefundAnswer } from "../../shared/chinaums/refund-query/read-refund-answer.ts";
import { faultRows } from "../../shared/http/fault-rows.ts";
import type { Question } from "../../shared/refund/question.ts";
import type { Outcome } from "../../shared/refund/reading.ts";
import type { PartnerAnswer } from "./ask-once.ts";
import { whatIsSettled, whyNotFinal } from "./reading-advice.ts";

/** What an answer means for the refund that was asked about, and what there is to do. */
export type Verdict = {
  /** How the refund ended; `open` if it has not; `untold` if the answer tells nothing of the refund. */
  readonly end: Outcome | "open" | "untold";
  /** What it means, or why it is not final, with what to do next. */
  readonly sentence: string;
};

/** What was asked, with the message number if one was given. */
export type AskedQuestion = Question & { readonly msgId: string | undefined };

/** The service's own member of an answer. */
export type Recheck = {
  readonly state: string;
  readonly final: boolean;
  readonly checkedAt: string | null;
  readonly nextCheckAt: string | null;
  readonly expectedBy?: string;
  readonly attempts: number;
  readonly source: string;
};

export function recheckOf({ body }: PartnerAnswer): Recheck | undefined {
  return body?.recheck as Recheck | undefined;
}

const review = "Its checks are used up: a person should ask ChinaUMS. It is still checked once a day until day 30.";

/** What an answer of the service, of ChinaUMS itself or of anybody else means. */
export function verdictOf(answer: PartnerAnswer, question: AskedQuestion): Verdict {
  const { status, body, text } = answer;
  if (body === undefined) {
    const said = text.trim() === "" ? "It is empty." : "It is not JSON.";
    return { end: "untold", sentence: `This is no answer of the service. ${said} See whether --url is right.` };
  }
  const recheck = recheckOf(answer);
  if (recheck?.final) {
    const end = recheck.state === "failed" ? "failed" : "succeeded";
    return { end, sentence: whatIsSettled[end] };
  }
  if (body.detail !== undefined) return verdictOfFault(body, recheck);
  if (body.errCode === undefined) {
    const sentence = "This answer is of neither the service nor ChinaUMS. See whether --url and its path are right.";
    return { end: "untold", sentence };
  }
  const { reading } = readRefundAnswer({ status, body: JSON.stringify(body) }, question, question.msgId ?? "");
  if (reading.kind === "settled") {
    if (recheck === undefined) return { end: reading.outcome, sentence: whatIsSettled[reading.outcome] };
    return { end: "open", sentence: "The answer has no proof yet. It is checked again automatically." };
  }
  const why = whyNotFinal(reading, recheck === undefined ? "ChinaUMS" : "service");
  const sentence = recheck?.state === "needs_review" ? `${why} ${review}` : why;
  return { end: recheck === undefined && reading.kind === "blocked" ? "untold" : "open", sentence };
}

/** A fault says itself what is wrong. If the refund is on record, it is checked again. */
function verdictOfFault(body: Readonly<Record<string, unknown>>, recheck: Recheck | undefined): Verdict {
  const refuses = faultRows.upstream_refuses_us;
  const isRefused = body.errCode === refuses.errCode && body.detail === refuses.detail;
  const operator =
    "Nothing is learnt of any refund until the operator has corrected the key, the address or the set-up at ChinaUMS.";
  const parts = [String(body.detail), isRefused ? operator : "", recheck?.state === "needs_review" ? review : ""];
  return { end: recheck === undefined ? "untold" : "open", sentence: parts.filter(Boolean).join(" ") };
}
